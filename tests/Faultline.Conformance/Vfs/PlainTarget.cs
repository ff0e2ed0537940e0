// The plain driver as a target: buffered and direct I/O, delayed and unwritten blocks on a device, without the
// names of a
// real driver. After each test the maps of all files must be sound.

using System;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.PlainDriver;

namespace Faultline.Conformance.Vfs;

internal sealed class PlainTarget(string id, int blockSizeBytes) : Target(id)
{
    private const long SizeBytes = 16L << 20;
    private const long PoolBytes = 64L << 20;

    private readonly FolioPool _pool = new(PoolBytes);

    internal override void Run(Action<IFileSystemCalls> body) => RunAlone(SizeBytes, body);

    internal override void RunAlone(long sizeBytes, Action<IFileSystemCalls> body)
    {
        RunVolume(sizeBytes, body);
        Assert.Equal(0, _pool.UsedBytes); // Nothing keeps a page of a volume that is gone.
    }

    public override void Dispose() => _pool.Dispose();

    private void RunVolume(long sizeBytes, Action<IFileSystemCalls> body)
    {
        using MemoryDevice device = new(sizeBytes);
        using PlainVolume volume = PlainVolume.Format(device, _pool, blockSizeBytes);
        using (VfsProcess process = new())
        {
            body(new PlainCalls(volume, process));
        }

        volume.SyncAll().ThrowIfError();
        Assert.Empty(volume.CheckMaps());
        volume.Writeback.Stop();
    }
}
