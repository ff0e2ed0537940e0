// Runs that were freed by transactions that are not durable: a crash may bring their owners back, so that nobody else
// may write there.
//
// Invariants: runs are in the order of their transactions. Locks: _latch guards everything; nothing is called under it.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <summary>Freed runs that wait for their transactions.</summary>
/// <param name="typeName">Name of the file-system type, for the lock.</param>
internal sealed class Quarantine(string typeName)
{
    private readonly SpinLatch _latch = new(LockClasses.BufferHash.For(typeName));
    private readonly Queue<(TransactionId Transaction, BlockRun Run)> _runs = new(); // guarded by _latch
    private (TransactionId Transaction, BlockRun Run) _last; // guarded by _latch; not in the queue yet
    private bool _hasLast; // guarded by _latch

    /// <summary>The last transaction that something waits for, or null.</summary>
    internal TransactionId? Newest
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return _hasLast ? _last.Transaction : null;
        }
    }

    /// <summary>Adds a run; joined with the one before when it continues it in either direction.</summary>
    internal void Add(TransactionId transaction, BlockRun run)
    {
        using SpinGuard guard = _latch.Acquire();
        if (_hasLast && _last.Transaction == transaction)
        {
            BlockRun last = _last.Run;
            if (last.End == run.Start || run.End == last.Start)
            {
                _last.Run = new BlockRun(ulong.Min(last.Start, run.Start), last.Count + run.Count);
                return;
            }
        }

        if (_hasLast)
        {
            _runs.Enqueue(_last);
        }

        _last = (transaction, run);
        _hasLast = true;
    }

    /// <summary>Takes a run of a transaction that is not after a given one.</summary>
    internal bool TryTake(TransactionId durable, out BlockRun run)
    {
        using SpinGuard guard = _latch.Acquire();
        if (_runs.Count > 0)
        {
            run = _runs.Peek().Run;
            bool isReady = !_runs.Peek().Transaction.IsAfter(durable);
            if (isReady)
            {
                _ = _runs.Dequeue();
            }

            return isReady;
        }

        run = _last.Run;
        bool isLast = _hasLast && !_last.Transaction.IsAfter(durable);
        _hasLast = _hasLast && !isLast;
        return isLast;
    }
}
