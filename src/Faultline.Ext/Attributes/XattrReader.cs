// Reads a list of extended attributes, checking each before it is shown. Bound: an entry takes at
// least sixteen bytes of the space. A list ends with four zero bytes or with the space.

using System;
using Faultline.Base;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Attributes;

/// <summary>Reads a list of extended attributes, in order.</summary>
internal ref struct XattrReader
{
    private readonly ReadOnlySpan<byte> _space;
    private readonly int _valueBase;
    private int _offset;

    /// <summary>Starts at the first entry.</summary>
    /// <param name="space">Bytes that entries and values share.</param>
    /// <param name="start">Byte offset of the first entry.</param>
    /// <param name="valueBase">Byte offset that offsets of values count from.</param>
    internal XattrReader(ReadOnlySpan<byte> space, int start, int valueBase)
    {
        _space = space;
        _offset = start;
        _valueBase = valueBase;
    }

    /// <summary>Byte offset of the next entry.</summary>
    internal readonly int Offset => _offset;

    /// <summary>Takes the next attribute.</summary>
    /// <param name="entry">The attribute.</param>
    /// <param name="problem">What is wrong with it, or null.</param>
    /// <returns>False at the end, or when the entry is malformed.</returns>
    internal bool TryRead(out XattrEntry entry, out XattrProblem? problem)
    {
        entry = default;
        problem = null;
        int left = _space.Length - _offset;
        if ((left < sizeof(uint)) || (Disk.View<LeUInt32>(_space, _offset) == 0))
        {
            return false;
        }

        if (left < XattrEntryDisk.HeadBytes)
        {
            problem = XattrProblem.Entry;
            return false;
        }

        ref readonly XattrEntryDisk disk = ref Disk.View<XattrEntryDisk>(_space, _offset);
        int length = XattrEntryDisk.HeadBytes + disk.NameLength;
        if (length > left)
        {
            problem = XattrProblem.Entry;
            return false;
        }

        ReadOnlySpan<byte> value = default;
        if (disk.ValueInode == 0)
        {
            problem = CheckValue(disk, _offset + length);
            if (problem is not null)
            {
                return false;
            }

            value = disk.ValueSize == 0
                ? default
                : _space.Slice(_valueBase + disk.ValueOffset, (int)disk.ValueSize.Value);
        }
        else if (disk.ValueSize > XattrEntryDisk.ValueBytesMax)
        {
            problem = XattrProblem.Value;
            return false;
        }

        ReadOnlySpan<byte> name =
            _space.Slice(_offset + XattrEntryDisk.HeadBytes, disk.NameLength);
        entry = new XattrEntry(
            disk.NameIndex, name, value, disk.ValueInode, disk.ValueSize, disk.Hash);
        _offset += (int)Bits.AlignUp(length, sizeof(uint));
        _offset = Math.Min(_offset, _space.Length);
        return true;
    }

    // Values grow from the end of the space towards the entries and never reach them.
    private readonly XattrProblem? CheckValue(in XattrEntryDisk disk, int entryEnd)
    {
        if (disk.ValueSize == 0)
        {
            return null;
        }

        long start = (long)_valueBase + disk.ValueOffset;
        bool isInside = (start >= entryEnd) && (start <= _space.Length)
            && (disk.ValueSize <= _space.Length - start);
        return isInside ? null : XattrProblem.Value;
    }
}
