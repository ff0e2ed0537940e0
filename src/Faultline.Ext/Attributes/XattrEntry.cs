// One extended attribute as its list describes it; the name is a view of the list.

using System;

namespace Faultline.Ext.Attributes;

/// <summary>One extended attribute in its list.</summary>
/// <param name="nameIndex">Index of the name's prefix.</param>
/// <param name="name">The rest of the name.</param>
/// <param name="value">The value, or empty when it lies in an inode.</param>
/// <param name="valueInode">Inode of the value, or 0.</param>
/// <param name="valueSize">Bytes of the value.</param>
/// <param name="hash">Hash of name and value, or 0.</param>
internal readonly ref struct XattrEntry(
    byte nameIndex,
    ReadOnlySpan<byte> name,
    ReadOnlySpan<byte> value,
    uint valueInode,
    uint valueSize,
    uint hash)
{
    internal byte NameIndex { get; } = nameIndex;

    internal ReadOnlySpan<byte> Name { get; } = name;

    internal ReadOnlySpan<byte> Value { get; } = value;

    internal uint ValueInode { get; } = valueInode;

    internal uint ValueSize { get; } = valueSize;

    internal uint Hash { get; } = hash;
}
