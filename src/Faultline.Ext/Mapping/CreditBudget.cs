// How much of a transaction one operation may take: an I/O end a quarter, so that others find room, and a commit is
// never long in coming.
//
// Locks: the owner's block-map lock exclusive.

namespace Faultline.Ext.Mapping;

/// <summary>What is left of an operation's share of a transaction.</summary>
internal sealed class CreditBudget
{
    private int _left;
    private bool _isFresh;

    /// <summary>A new transaction.</summary>
    /// <param name="credits">Its share.</param>
    internal void Reset(int credits)
    {
        _left = credits;
        _isFresh = true;
    }

    /// <summary>Takes what a step may need. The first step always gets it.</summary>
    /// <param name="credits">Credits.</param>
    /// <returns>False to go on in another transaction.</returns>
    internal bool TrySpend(int credits)
    {
        bool isAllowed = _isFresh || _left >= credits;
        _isFresh = false;
        _left -= isAllowed ? credits : 0;
        return isAllowed;
    }
}
