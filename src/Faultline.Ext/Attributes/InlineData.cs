// Data in the inode: the first sixty bytes in place of the block map, the rest as the value of the
// attribute system.data.

using System;
using Faultline.Base;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Attributes;

/// <summary>Data in inodes.</summary>
/// <param name="store">The attributes.</param>
/// <source>docs/format/ext.md#inline-data; Linux
/// Documentation/filesystems/ext4/inlinedata.rst</source>
internal sealed class InlineData(XattrStore store)
{
    /// <summary>Contents of a file or link whose data are in its inode.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>As many bytes as its size says.</returns>
    /// <errors>FsException EUCLEAN when the size is more than there is.</errors>
    internal byte[] Read(InodeRecord inode)
    {
        byte[] whole = ReadDirectory(inode, out _);
        if (inode.SizeBytes > whole.Length)
        {
            throw new FsException(ExtReasons.InlineData.At(
                inode.Number, $"{inode.SizeBytes} bytes, {whole.Length} in the inode"));
        }

        return whole.AsSpan(0, (int)inode.SizeBytes).ToArray();
    }

    /// <summary>Both pieces of inline data, whole.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="split">Where the second piece begins.</param>
    /// <returns>The bytes.</returns>
    internal byte[] ReadDirectory(InodeRecord inode, out int split)
    {
        split = InodeDisk.MapBytes;
        byte[]? rest = store.FindInlineData(inode);
        byte[] whole = new byte[split + (rest?.Length ?? 0)];
        inode.Map.CopyTo(whole);
        rest?.CopyTo(whole.AsSpan(split));
        return whole;
    }
}
