// The file-system type tmpfs.

using Faultline.Base;
using Faultline.Block;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Tmpfs;

/// <summary>The type tmpfs: never found on a device, mounted on none.</summary>
public sealed class TmpfsType : IFileSystemType
{
    /// <inheritdoc/>
    public string Name => "tmpfs";

    /// <inheritdoc/>
    public VolumeIdentity? Detect(IBlockDevice device) => null;

    /// <inheritdoc/>
    public Result<SuperBlock> Mount(MountContext context) => new TmpfsVolume(context);
}
