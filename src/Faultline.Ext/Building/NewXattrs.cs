// Where the extended attributes of new inodes go: into the inode as many as fit there, in their order; into a block
// what is left; large values into inodes of their own, where the volume has such. Blocks and values that are the same
// are stored once.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;

namespace Faultline.Ext.Building;

/// <summary>Where the extended attributes of new inodes go.</summary>
/// <param name="super">The volume.</param>
/// <param name="firstValueInode">The first number that is nobody's.</param>
internal sealed class NewXattrs(ExtSuperBlock super, uint firstValueInode)
{
    private readonly Dictionary<ReadOnlyMemory<byte>, NewXattrValue> _values = new(NameComparer.Instance);
    private readonly Dictionary<ReadOnlyMemory<byte>, NewXattrBlock> _blocks = new(NameComparer.Instance);

    /// <summary>Values that have inodes, in the order of their numbers.</summary>
    internal List<NewXattrValue> Values { get; } = [];

    /// <summary>Blocks of attributes, in the order in which they were needed first.</summary>
    internal List<NewXattrBlock> Blocks { get; } = [];

    /// <summary>Places the attributes of an inode.</summary>
    /// <param name="xattrs">The attributes.</param>
    /// <returns>Where each goes; null when they do not fit.</returns>
    internal PlacedXattrs? Place(IReadOnlyList<BuildXattr> xattrs)
    {
        List<XattrItem> items = [];
        foreach (BuildXattr xattr in xattrs)
        {
            byte index = XattrNames.IndexOf(xattr.Name.Span, out ReadOnlySpan<byte> rest);
            bool isAcl = index is XattrNames.AclAccessIndex or XattrNames.AclDefaultIndex;
            byte[] value = isAcl ? AclValue.ToDisk(xattr.Value.Span) : xattr.Value.ToArray();
            items.Add(new XattrItem(
                index, rest.ToArray(), value, 0, (uint)value.Length, XattrHash.Of(rest, value), IsInInode: false));
        }

        items.Sort(XattrSpace.Compare);
        List<XattrItem> own = TakeOwn(items);
        ulong valueBlocks = 0;
        while (items.Count > 0 && XattrSpace.BytesOf(items) > super.BlockSize - XattrHeaderDisk.SizeBytes)
        {
            int largest = LargestOf(items);
            if (largest < 0)
            {
                return null;
            }

            items[largest] = MoveValue(items[largest]);
            valueBlocks += Bits.DivideRoundUp(items[largest].ValueSize, (ulong)super.ClusterSize)
                * (ulong)super.BlocksPerCluster;
        }

        return new PlacedXattrs(own, items.Count == 0 ? null : BlockOf(items), valueBlocks);
    }

    private List<XattrItem> TakeOwn(List<XattrItem> items)
    {
        List<XattrItem> own = [];
        int room = super.InodeSize - InodeDisk.SizeBytes - InodeExtraDisk.SizeBytes - XattrHeaderDisk.MagicBytes;
        for (int index = 0; index < items.Count && room > 0; index++)
        {
            own.Add(items[index] with { IsInInode = true });
            if (XattrSpace.BytesOf(own) > room)
            {
                own.RemoveAt(own.Count - 1);
                continue;
            }

            items.RemoveAt(index);
            index--;
        }

        return own;
    }

    private int LargestOf(List<XattrItem> items)
    {
        int largest = -1;
        for (int index = 0; index < items.Count && super.Has(FeatureIncompat.EaInode); index++)
        {
            bool isLarger = largest < 0 || items[index].Value.Length > items[largest].Value.Length;
            largest = items[index].Value.Length > 0 && isLarger ? index : largest;
        }

        return largest;
    }

    private XattrItem MoveValue(XattrItem item)
    {
        if (!_values.TryGetValue(item.Value, out NewXattrValue? value))
        {
            uint crc = Crc32c.Update(super.ChecksumSeed, item.Value);
            value = new NewXattrValue(firstValueInode + (uint)Values.Count, item.Value, crc);
            _values.Add(item.Value, value);
            Values.Add(value);
        }

        value.ReferenceCount++;
        Span<byte> word = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value.Checksum);
        return item with { Value = [], ValueInode = value.Number, Hash = XattrHash.Of(item.Name, word) };
    }

    private NewXattrBlock BlockOf(List<XattrItem> items)
    {
        byte[] bytes = new byte[super.BlockSize];
        XattrWriter.WriteBlock(bytes, items);
        if (!_blocks.TryGetValue(bytes, out NewXattrBlock? block)
            || block.ReferenceCount == XattrHeaderDisk.ReferenceCountMax)
        {
            block = new NewXattrBlock(super, bytes);
            _blocks[bytes] = block;
            Blocks.Add(block);
        }

        block.ReferenceCount++;
        return block;
    }
}
