// What a volume will be: every number is decided, nothing is written yet.

using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>What a volume will be.</summary>
internal sealed class FormatPlan
{
    internal FormatPlan(ExtSuperBlock super, FeatureSelection features, FormatOptions options, UnixTime now)
    {
        Super = super;
        Features = features;
        Options = options;
        Now = now;
    }

    /// <summary>The superblock, without what placing decides.</summary>
    internal ExtSuperBlock Super { get; }

    internal FeatureSelection Features { get; }

    internal FormatOptions Options { get; }

    /// <summary>The time of the making.</summary>
    internal UnixTime Now { get; }

    /// <summary>Blocks of the journal without those for fast commits, or 0.</summary>
    internal uint JournalBlocks { get; init; }

    /// <summary>Blocks of the journal for fast commits.</summary>
    internal uint FastCommitBlocks { get; init; }

    /// <summary>What was decided otherwise than asked for, in words, or null.</summary>
    internal string? Note { get; init; }

    /// <summary>Blocks of the inode table of a group.</summary>
    internal ulong TableBlocks =>
        Bits.DivideRoundUp((ulong)Super.InodesPerGroup * (ulong)Super.InodeSize, (ulong)Super.BlockSize);

    /// <summary>Groups whose bitmaps and tables lie together; 1 without the feature.</summary>
    internal ulong GroupsPerFlex =>
        Super.Has(Format.FeatureIncompat.FlexGroups) ? 1UL << Super.Raw.GroupsPerFlexLog : 1;

    /// <summary>End of a group.</summary>
    internal ulong GroupEnd(ulong group) =>
        ulong.Min(Super.GroupFirstBlock(group) + Super.BlocksPerGroup, Super.BlockCount);
}
