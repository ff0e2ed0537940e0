// The published ranges of a RangeLock: the inline slot (in InvalidateLock) and the stripes.

using System;
using System.Threading;

namespace Faultline.Locking.Ranges;

/// <content>Slots.</content>
internal sealed partial class RangeLock
{
    private bool TryPublish(InvalidateMode mode, long first, long last, out int slot)
    {
        slot = RangeTicket.InlineSlot;
        if (TryPublishInline(mode, first, last))
        {
            return true;
        }

        return SlotWord.TryPack(mode, first, last, out long word)
            && _exclusiveCount == 0
            && TryPublishStriped(word, out slot);
    }

    private bool TryPublishStriped(long word, out int slot)
    {
        long[] stripes = _stripes ?? AddStripes();
        int stripe = Environment.CurrentManagedThreadId & (s_stripeCount - 1);
        slot = (stripe * WordsPerStripe) + 1;
        Scheduler.SyncPoint("range.publish");
        if (Interlocked.CompareExchange(ref stripes[slot - 1], word, 0) != 0)
        {
            return false;
        }

        if (_exclusiveCount == 0)
        {
            return true;
        }

        LeaveStripe(slot);
        return false;
    }

    private void LeaveStripe(int slot)
    {
        Volatile.Write(ref _stripes![slot - 1], 0);
        Scheduler.SyncPoint("range.left");
        if (_exclusiveCount != 0)
        {
            ServeAfterSlot();
        }
    }

    private long[] AddStripes()
    {
        long[] fresh = new long[s_stripeCount * WordsPerStripe];
        return Interlocked.CompareExchange(ref _stripes, fresh, null) ?? fresh;
    }

    /// <summary>How far no published slot conflicts; below First when First itself is not free.
    /// </summary>
    private long FreePrefixOfSlots(RangeEntry entry)
    {
        long free = TrimBySlot(Volatile.Read(ref _inlineSlot), entry, entry.Last);
        long[]? stripes = Volatile.Read(ref _stripes);
        for (int index = 0; stripes is not null && index < stripes.Length; index += WordsPerStripe)
        {
            free = TrimBySlot(Volatile.Read(ref stripes[index]), entry, free);
        }

        return free;
    }

    private bool IsBlockedBySlots(RangeEntry entry)
    {
        bool isBlocked = IsBlockedBySlot(Volatile.Read(ref _inlineSlot), entry);
        long[]? stripes = Volatile.Read(ref _stripes);
        for (int index = 0; stripes is not null && index < stripes.Length; index += WordsPerStripe)
        {
            isBlocked |= IsBlockedBySlot(Volatile.Read(ref stripes[index]), entry);
        }

        return isBlocked;
    }

    private static bool IsBlockedBySlot(long word, RangeEntry entry) =>
        word != 0
        && ConflictMatrix.Conflicts(SlotWord.ModeOf(word), entry.Mode)
        && entry.OverlapsPart(SlotWord.FirstOf(word), SlotWord.LastOf(word));

    private static long TrimBySlot(long word, RangeEntry entry, long free) =>
        IsBlockedBySlot(word, entry) ? Math.Min(free, SlotWord.FirstOf(word) - 1) : free;
}
