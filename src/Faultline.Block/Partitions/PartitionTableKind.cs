// Kinds of partition tables.

namespace Faultline.Block.Partitions;

/// <summary>Kinds of partition tables.</summary>
public enum PartitionTableKind
{
    /// <summary>No table: the device is one volume, or empty.</summary>
    None,

    /// <summary>Master boot record, with extended partitions.</summary>
    Mbr,

    /// <summary>GUID partition table.</summary>
    Gpt,
}
