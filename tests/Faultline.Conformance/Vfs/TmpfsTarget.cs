// Our tmpfs as a target: a new volume for each test.

using System;
using Faultline.Tmpfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Conformance.Vfs;

internal sealed class TmpfsTarget() : Target("faultline-tmpfs")
{
    private const long SizeBytes = 512L << 20;

    internal override void Run(Action<IFileSystemCalls> body) => RunAlone(SizeBytes, body);

    internal override void RunAlone(long sizeBytes, Action<IFileSystemCalls> body)
    {
        MountOptions options = new()
        {
            ReadOnly = false,
            SizeBytesMax = sizeBytes,
            InodesMax = sizeBytes / 16384,
            RootMode = 0x1FF,
        };
        using TmpfsVolume volume = TmpfsVolume.Create(options);
        using VfsProcess process = new();
        body(new VfsCalls(volume, Caller.Root, process));
    }

    public override void Dispose()
    {
    }
}
