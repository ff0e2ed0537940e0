// One change of one inode's map in one transaction: the handle, whose map it is, and who pays.

using System;
using Faultline.Ext.Allocation;
using Faultline.Ext.Inodes;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Mapping;

/// <summary>A change of an inode's map.</summary>
/// <param name="handle">The transaction.</param>
/// <param name="inode">The inode; the caller stores it afterwards in the same transaction.</param>
/// <param name="purse">Pays for blocks of the map, or null.</param>
/// <param name="pending">Knows blocks in flight, or null when there are none.</param>
/// <param name="budget">What one transaction may take, or null.</param>
/// <param name="spare">Credits that are not for the map but for what the caller does afterwards.</param>
internal readonly struct MapChange(
    MetadataHandle handle,
    InodeRecord inode,
    SpacePurse? purse = null,
    IPendingBlocks? pending = null,
    int spare = 1,
    CreditBudget? budget = null)
{
    private readonly int _spare = spare;
    private readonly CreditBudget? _budget = budget;

    /// <summary>The transaction.</summary>
    internal MetadataHandle Handle { get; } = handle;

    /// <summary>The inode.</summary>
    internal InodeRecord Inode { get; } = inode;

    /// <summary>The part of the map that is in the inode, to be changed; who stores the inode does so under the
    /// handle.</summary>
    internal Span<byte> WritableMap
    {
        get
        {
            Handle.NoteChange();
            return Inode.WritableMap;
        }
    }

    /// <summary>Whether the handle has credits for a step, or can get them.</summary>
    /// <param name="credits">What the step may need.</param>
    /// <returns>False when the transaction has no room: stop here and go on in another.</returns>
    internal bool HasCredits(int credits) => (_budget is null || _budget.TrySpend(credits))
        && (Handle.CreditsLeft >= credits + _spare || Handle.TryExtend(credits + _spare));

    /// <summary>Pays for blocks of the map, or null.</summary>
    internal SpacePurse? Purse { get; } = purse;

    /// <summary>Knows blocks in flight, or null.</summary>
    internal IPendingBlocks? Pending { get; } = pending;
}
