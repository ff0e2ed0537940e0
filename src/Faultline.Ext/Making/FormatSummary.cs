// What was made.

using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>What was made.</summary>
public sealed record FormatSummary
{
    /// <summary>Bytes of a block.</summary>
    public required int BlockSize { get; init; }

    /// <summary>Blocks of the volume.</summary>
    public required ulong BlockCount { get; init; }

    /// <summary>Inodes of the volume.</summary>
    public required uint InodeCount { get; init; }

    /// <summary>Groups of the volume.</summary>
    public required ulong GroupCount { get; init; }

    /// <summary>Blocks of the journal, or 0.</summary>
    public required ulong JournalBlockCount { get; init; }

    /// <summary>Blocks for the superuser.</summary>
    public required ulong ReservedBlockCount { get; init; }

    /// <summary>Identity.</summary>
    public required Uuid Uuid { get; init; }

    /// <summary>Bytes written to the device, without ranges that were only made zero.</summary>
    public required long WrittenBytes { get; init; }

    /// <summary>What was decided otherwise than asked for, in words, or null.</summary>
    public string? Note { get; init; }
}
