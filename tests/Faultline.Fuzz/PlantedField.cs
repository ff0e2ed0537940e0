// A field that a defective reader trusts: one of each kind of structure, which in intact images has small values.

using System;
using System.Buffers.Binary;

namespace Faultline.Fuzz;

/// <summary>A field of one kind of structure.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Offset">Byte offset in the structure.</param>
/// <param name="Width">Bytes.</param>
/// <param name="IsBigEndian">Whether its most significant byte comes first.</param>
internal sealed record PlantedField(StructureKind Kind, int Offset, int Width, bool IsBigEndian = false)
{
    internal static PlantedField Of(StructureKind kind) => kind switch
    {
        StructureKind.SuperBlock => new(kind, 0x58, 2), // s_inode_size
        StructureKind.GroupDescriptor => new(kind, 0x08, 4), // bg_inode_table_lo
        StructureKind.Inode => new(kind, 0x1A, 2), // i_links_count
        StructureKind.ExtentRoot => new(kind, 0x02, 2), // eh_entries
        StructureKind.ExtentNode => new(kind, 0x02, 2), // eh_entries
        StructureKind.IndirectBlock => new(kind, 0x00, 4), // first pointer
        StructureKind.DirectoryBlock => new(kind, 0x04, 2), // rec_len
        StructureKind.HashTree => new(kind, 0x04, 2), // rec_len of the record that hides the node
        StructureKind.InlineData => new(kind, 0x08, 2), // rec_len of the first entry
        StructureKind.InodeXattrs => new(kind, 0x06, 2), // e_value_offs
        StructureKind.XattrBlock => new(kind, 0x22, 2), // e_value_offs
        StructureKind.AttributeInode => new(kind, 0x1A, 2), // i_links_count
        StructureKind.SymbolicLink => new(kind, 0x1A, 2), // i_links_count
        StructureKind.JournalSuperBlock => new(kind, 0x14, 4, IsBigEndian: true), // s_first
        StructureKind.JournalDescriptor => new(kind, 0x0C, 4, IsBigEndian: true), // t_blocknr
        StructureKind.JournalRevoke => new(kind, 0x0C, 4, IsBigEndian: true), // r_count
        StructureKind.JournalCommit => new(kind, 0x0C, 2, IsBigEndian: true), // h_chksum_type, h_chksum_size
        StructureKind.FastCommit => new(kind, 0x02, 2), // fc_len
        StructureKind.OrphanFile => new(kind, 0x00, 2), // first inode number
        StructureKind.Mmp => new(kind, 0x70, 2), // mmp_check_interval
        StructureKind.MasterBootRecord => new(kind, 0x08, 4), // first sector of the first entry
        StructureKind.GuidPartitionTable => new(kind, 0x50, 4), // NumberOfPartitionEntries
    };

    /// <summary>Whether a structure is long enough to have the field.</summary>
    /// <param name="structure">The structure.</param>
    /// <returns>True when it has.</returns>
    internal bool IsIn(Structure structure) => Offset + Width <= structure.Length;

    /// <summary>The field's value.</summary>
    /// <param name="image">The whole image.</param>
    /// <param name="structure">The structure that holds it.</param>
    /// <returns>The value.</returns>
    internal uint Read(ReadOnlySpan<byte> image, Structure structure)
    {
        ReadOnlySpan<byte> bytes = image.Slice(structure.Offset + Offset, Width);
        if (Width == sizeof(ushort))
        {
            return IsBigEndian
                ? BinaryPrimitives.ReadUInt16BigEndian(bytes)
                : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        }

        return IsBigEndian
            ? BinaryPrimitives.ReadUInt32BigEndian(bytes)
            : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
    }
}
