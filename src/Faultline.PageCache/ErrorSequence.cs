// Write-back errors of one file, so that each open file sees each error exactly once.
//
// The state is one number: (count << 12) | errno. An open file keeps the value it saw last; a different value means
// that something happened since, and taking it over means having reported it.

using System.Threading;
using Faultline.Abi;

namespace Faultline.PageCache;

/// <summary>Records write-back errors; lock-free.</summary>
public sealed class ErrorSequence
{
    private const int ErrnoBits = 12;
    private const long ErrnoMask = (1L << ErrnoBits) - 1;
    private long _state;

    /// <summary>The present state, for a file that is being opened: what happened before is not its business.</summary>
    /// <returns>A cursor.</returns>
    public long Sample() => Volatile.Read(ref _state);

    /// <summary>What happened since a cursor was sampled; the cursor is not moved.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <returns>The latest error, or OK.</returns>
    public Errno Since(long cursor)
    {
        long now = Volatile.Read(ref _state);
        return now == cursor ? Errno.OK : (Errno)(now & ErrnoMask);
    }

    /// <summary>Records an error.</summary>
    /// <param name="errno">Not OK.</param>
    public void Record(Errno errno)
    {
        long seen = Volatile.Read(ref _state);
        while (true)
        {
            long next = (((seen >> ErrnoBits) + 1) << ErrnoBits) | ((long)errno & ErrnoMask);
            long found = Interlocked.CompareExchange(ref _state, next, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    /// <summary>Reports what happened since the cursor was last moved, and moves it.</summary>
    /// <param name="cursor">The open file's cursor; updated by compare-exchange.</param>
    /// <returns>The latest error, or OK. Of several callers with one cursor exactly one gets it.</returns>
    public Errno CheckAndAdvance(ref long cursor)
    {
        while (true)
        {
            // The cursor first: the state is then as new as it or newer, and it never goes back.
            long before = Volatile.Read(ref cursor);
            long now = Volatile.Read(ref _state);
            if (before == now)
            {
                return Errno.OK;
            }

            if (Interlocked.CompareExchange(ref cursor, now, before) == before)
            {
                return (Errno)(now & ErrnoMask);
            }
        }
    }
}
