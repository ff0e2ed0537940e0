// How the VFS finds and mounts ext volumes.

using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Format;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <summary>The ext2, ext3 and ext4 file-system type.</summary>
public sealed class ExtFileSystemType : IFileSystemType
{
    /// <inheritdoc/>
    public string Name => "ext4";

    /// <inheritdoc/>
    public VolumeIdentity? Detect(IBlockDevice device)
    {
        if (device.SizeBytes < SuperBlockDisk.PrimaryOffset + SuperBlockDisk.SizeBytes)
        {
            return null;
        }

        byte[] bytes = new byte[SuperBlockDisk.SizeBytes];
        device.Read(SuperBlockDisk.PrimaryOffset, bytes);
        return VolumeIdentifier.Identify(bytes);
    }

    /// <inheritdoc/>
    public Result<SuperBlock> Mount(MountContext context)
    {
        ulong? location = context.Options.SuperBlockLocation;
        ExtOpenOptions options = new()
        {
            SuperBlockOffset = location is null
                ? null
                : (long)ulong.Min(location.Value, (ulong)long.MaxValue / 1024) * 1024,
            NoRecovery = context.Options.NoRecovery,
            JournalDevice = context.JournalDevice,
        };
        if (!context.Options.ReadOnly)
        {
            return ExtMounting.Mount(context, options);
        }

        Result<ExtVolume> opened = ExtVolume.Open(context.Device, options);
        return opened.TryGet(out ExtVolume? volume, out FsError error)
            ? new ExtFileSystem(volume, context)
            : error;
    }
}
