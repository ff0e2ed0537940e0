// Lays extended attributes out in the bytes they have: entries from the front, values from the end, four zero bytes
// between them.
//
//     | entry | entry | 0000 |   free   | value | value |

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Attributes;

/// <summary>Lays lists of extended attributes out.</summary>
internal static class XattrSpace
{
    private const int Alignment = 4;
    private const int TerminatorBytes = 4;

    /// <summary>Bytes that attributes need.</summary>
    /// <param name="items">The attributes.</param>
    /// <returns>Entries, terminator and values.</returns>
    internal static int BytesOf(IReadOnlyList<XattrItem> items)
    {
        int total = TerminatorBytes;
        foreach (XattrItem item in items)
        {
            total += EntryBytes(item) + ValueBytes(item);
        }

        return total;
    }

    /// <summary>Writes attributes.</summary>
    /// <param name="items">The attributes, in the order they shall have.</param>
    /// <param name="space">All of it from where offsets of values count.</param>
    /// <param name="start">Where entries begin.</param>
    /// <returns>Hash of them all, 0 when one has none.</returns>
    internal static uint Write(IReadOnlyList<XattrItem> items, Span<byte> space, int start)
    {
        space.Slice(start).Clear();
        int entry = start;
        int value = space.Length;
        uint joined = 0;
        bool isHashed = true;
        foreach (XattrItem item in items)
        {
            value -= ValueBytes(item);
            ref XattrEntryDisk disk = ref Disk.Overlay<XattrEntryDisk>(space, entry);
            disk.NameLength = checked((byte)item.Name.Length);
            disk.NameIndex = item.Index;
            disk.ValueOffset = item.Value.Length == 0 ? (ushort)0 : checked((ushort)value);
            disk.ValueInode = item.ValueInode;
            disk.ValueSize = item.ValueSize;
            disk.Hash = item.Hash;
            item.Name.CopyTo(space.Slice(entry + XattrEntryDisk.HeadBytes));
            item.Value.CopyTo(space.Slice(value));
            entry += EntryBytes(item);
            joined = XattrHash.Join(joined, item.Hash);
            isHashed = isHashed && (item.Hash != 0);
        }

        Check.That(entry + TerminatorBytes <= value);
        return isHashed ? joined : 0;
    }

    /// <summary>The order that lists in blocks have: prefix, length of the name, name.</summary>
    /// <param name="left">One attribute.</param>
    /// <param name="right">Another.</param>
    /// <returns>Negative, zero or positive.</returns>
    internal static int Compare(XattrItem left, XattrItem right)
    {
        int order = left.Index.CompareTo(right.Index);
        order = order != 0 ? order : left.Name.Length.CompareTo(right.Name.Length);
        return order != 0 ? order : left.Name.AsSpan().SequenceCompareTo(right.Name);
    }

    private static int EntryBytes(XattrItem item) =>
        (int)Bits.AlignUp(XattrEntryDisk.HeadBytes + item.Name.Length, Alignment);

    private static int ValueBytes(XattrItem item) => (int)Bits.AlignUp(item.Value.Length, Alignment);
}
