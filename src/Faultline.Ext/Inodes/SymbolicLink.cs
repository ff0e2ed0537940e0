// Targets of symbolic links: short ones in place of the block map, others in a block, or as inline
// data.

using System;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Inodes;

/// <summary>Reads targets of symbolic links.</summary>
/// <source>docs/format/ext.md#symbolic-links; Linux
/// Documentation/filesystems/ext4/ifork.rst</source>
internal static class SymbolicLink
{
    private const int TargetBytesMax = 4095;

    /// <summary>Reads a target.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="link">A symbolic link.</param>
    /// <returns>The target.</returns>
    /// <errors>ENOKEY it is encrypted; damage throws FsException naming the inode.</errors>
    internal static Result<byte[]> Read(ExtVolume volume, InodeRecord link)
    {
        if (link.Has(ExtInodeFlags.Encrypted))
        {
            return ExtReasons.EncryptedLink.At(link.Number);
        }

        bool isInline = link.Has(ExtInodeFlags.InlineData);
        bool isFast = !isInline && IsFast(volume.Super, link);
        int lengthMax = isFast
            ? InodeDisk.MapBytes - 1
            : Math.Min(TargetBytesMax, volume.Super.BlockSize);
        if ((link.SizeBytes == 0) || (link.SizeBytes > lengthMax))
        {
            throw new FsException(ExtReasons.LinkSize.At(link.Number, $"{link.SizeBytes} bytes"));
        }

        if (isInline)
        {
            return volume.Inline.Read(link);
        }

        byte[] target = new byte[link.SizeBytes];
        if (isFast)
        {
            link.Map.Slice(0, target.Length).CopyTo(target);
            return target;
        }

        volume.Contents.Read(link, 0, target);
        return target;
    }

    // A link without blocks of its own keeps its target in the inode. With attribute values in
    // inodes the count of blocks does not tell, and the size does.
    internal static bool IsFast(ExtSuperBlock super, InodeRecord link)
    {
        if (super.Has(FeatureIncompat.EaInode))
        {
            return link.SizeBytes < InodeDisk.MapBytes;
        }

        ulong xattrSectors = link.XattrBlock.Value == 0 ? 0 : (ulong)(super.ClusterSize / 512);
        return link.Sectors <= xattrSectors;
    }
}
