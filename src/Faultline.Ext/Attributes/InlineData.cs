// Data in the inode: the first sixty bytes in place of the block map, the rest as the value of the
// attribute system.data.

using System;
using System.Collections.Generic;
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

    /// <summary>Stores both pieces of inline data, of the lengths they had.</summary>
    /// <param name="inode">The inode, which the caller stores.</param>
    /// <param name="whole">The bytes, as long as <see cref="ReadDirectory"/> answered.</param>
    internal void StoreDirectory(InodeRecord inode, ReadOnlySpan<byte> whole)
    {
        whole.Slice(0, InodeDisk.MapBytes).CopyTo(inode.WritableMap);
        List<XattrItem> items = store.ReadAll(inode);
        int at = items.FindIndex(IsContinuation);
        if (at >= 0)
        {
            items[at] = items[at] with { Value = whole.Slice(InodeDisk.MapBytes).ToArray() };
            XattrWriter.WriteInInode(inode, items);
        }
    }

    /// <summary>The data leave the inode: it has an empty block map from now on, and its size is the caller's
    /// business.</summary>
    /// <param name="inode">The inode, which the caller stores.</param>
    internal void Leave(InodeRecord inode)
    {
        Drop(inode);
        inode.Flags &= ~ExtInodeFlags.InlineData;
        inode.StartMap(store.UsesExtents);
    }

    /// <summary>Removes the attribute that holds the second piece.</summary>
    /// <param name="inode">The inode, which the caller stores.</param>
    internal void Drop(InodeRecord inode)
    {
        List<XattrItem> items = store.ReadAll(inode);
        _ = items.RemoveAll(IsContinuation);
        XattrWriter.WriteInInode(inode, items);
    }

    private static bool IsContinuation(XattrItem item) => item.IsInInode
        && (item.Index == XattrNames.SystemIndex) && item.Name.AsSpan().SequenceEqual(XattrNames.InlineDataName);

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
