// How a volume is opened.

using Faultline.Block;

namespace Faultline.Ext;

/// <summary>How a volume is opened.</summary>
public sealed record ExtOpenOptions
{
    /// <summary>Byte offset of the superblock to use, or null for the primary one. A backup is
    /// never
    /// tried without being asked for.</summary>
    public long? SuperBlockOffset { get; init; }

    /// <summary>The volume is going to be changed.</summary>
    internal bool ForWriting { get; init; }

    /// <summary>A dirty journal is left alone: what is read may be out of date.</summary>
    public bool NoRecovery { get; init; }

    /// <summary>The device of an external journal, or null. Stays the caller's.</summary>
    public IBlockDevice? JournalDevice { get; init; }

    /// <summary>Bytes of metadata blocks to keep in memory.</summary>
    public long MetadataBudgetBytes { get; init; } = 32L << 20;
}
