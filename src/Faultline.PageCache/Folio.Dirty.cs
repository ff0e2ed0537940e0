// What a folio holds that the device does not.
//
// Dirtiness is kept by sectors of 512 bytes, and the bits, not the folio's flag, decide what is written. The
// flag says that
// some bit is set. A sector that is dirty is valid.
// Locks: the folio lock guards the bits; while the folio is under writeback, whoever writes it owns them, and
// everybody else
// who wants to change bytes or bits waits. Flag and bits are looked at without the lock where a guess is enough.

using System;
using System.Numerics;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.PageCache;

public sealed partial class Folio
{
    private const int SectorsOfAWord = 64;

    private ulong _dirtyWord; // the bits of a folio of up to 64 sectors; guarded by the folio lock
    private ulong[]? _dirtyWords; // the bits of a larger one; kept over lives; guarded by the folio lock
    private int _writebackPieces; // interlocked: transfers under way, and the submitter

    /// <summary>Whether it is being written to the device.</summary>
    public bool IsWriteback => (Volatile.Read(ref _flags) & FolioFlags.Writeback) != 0;

    /// <summary>Number of sectors of 512 bytes.</summary>
    private int SectorCount => SizeBytes >> SectorShift;

    /// <summary>Whether any byte of a range is newer than the device.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes, &gt; 0.</param>
    /// <returns>True when some sector of it is dirty.</returns>
    /// <locks>Caller: folio lock; without it the answer is a guess.</locks>
    public bool IsAnyDirty(int offset, int length)
    {
        int first = offset >> SectorShift;
        int last = (offset + length - 1) >> SectorShift;
        int found = NextDirty(first);
        return IsDirty && found <= last;
    }

    /// <summary>The first run of dirty bytes at or after an offset.</summary>
    /// <param name="offset">In: where to look. Out: where the run starts.</param>
    /// <param name="length">Bytes of the run.</param>
    /// <returns>False when there is none.</returns>
    /// <locks>Caller: folio lock; without it the answer is a guess.</locks>
    public bool NextDirtyRun(ref int offset, out int length)
    {
        int first = NextDirty(offset >> SectorShift);
        if (first >= SectorCount)
        {
            length = 0;
            return false;
        }

        int end = first + 1;
        while (end < SectorCount && HasDirtyBit(end))
        {
            end++;
        }

        offset = first << SectorShift;
        length = (end - first) << SectorShift;
        return true;
    }

    /// <summary>Waits until it is not being written, so that its bytes may change.</summary>
    /// <locks>Caller: a reference, and the folio lock if nobody may start again. Waits for writeback (rank
    /// 410).</locks>
    public void WaitWriteback()
    {
        if (Lockdep.Enabled)
        {
            Mapping?.WritebackWait.MightWait();
        }

        BitLock.WaitClear(ref _flags, FolioFlags.Writeback, this);
    }

    // Interlocked, because two ends of I/O on one folio may give back what failed at once.
    /// <summary>Sets dirty bits of whole sectors that touch a range. Returns the bytes that became dirty.</summary>
    internal int SetDirtyBits(int offset, int length)
    {
        int sector = offset >> SectorShift;
        int end = ((offset + length - 1) >> SectorShift) + 1;
        int added = 0;
        EnsureWords();
        while (sector < end)
        {
            int bit = sector & (SectorsOfAWord - 1);
            int count = Math.Min(SectorsOfAWord - bit, end - sector);
            ulong mask = MaskOf(bit, count);
            ref ulong word = ref WordOf(sector);
            // An overwrite of what is dirty already writes nothing: who clears the bits holds the folio lock, as we do.
            if ((Volatile.Read(ref word) & mask) != mask)
            {
                added += BitOperations.PopCount(mask & ~Interlocked.Or(ref word, mask));
            }

            sector += count;
        }

        if (!IsDirty)
        {
            _ = Interlocked.Or(ref _flags, FolioFlags.Dirty);
        }

        return added << SectorShift;
    }

    /// <summary>Clears dirty bits of sectors wholly inside a range. Returns the bytes that became clean.</summary>
    internal int ClearDirtyBits(int offset, int length)
    {
        if (!IsDirty)
        {
            return 0;
        }

        int sector = (offset + (1 << SectorShift) - 1) >> SectorShift;
        int end = (offset + length) >> SectorShift;
        int removed = 0;
        while (sector < end)
        {
            int bit = sector & (SectorsOfAWord - 1);
            int count = Math.Min(SectorsOfAWord - bit, end - sector);
            ulong mask = MaskOf(bit, count);
            removed += BitOperations.PopCount(mask & Interlocked.And(ref WordOf(sector), ~mask));
            sector += count;
        }

        if (NextDirty(0) == SectorCount)
        {
            _ = Interlocked.And(ref _flags, ~FolioFlags.Dirty);
        }

        return removed << SectorShift;
    }

    /// <summary>Starts writeback, with one piece that <see cref="LeaveWriteback"/> ends. Caller: folio lock.</summary>
    internal void SetWriteback()
    {
        int before = Interlocked.Or(ref _flags, FolioFlags.Writeback);
        Check.That((before & FolioFlags.Writeback) == 0);
        Volatile.Write(ref _writebackPieces, 1);
    }

    /// <summary>Another piece is going to be written. Caller: a piece that is not over.</summary>
    internal void EnterWriteback() => _ = Interlocked.Increment(ref _writebackPieces);

    /// <summary>A piece is over. True for the last one: the caller then clears the tag and the bit.</summary>
    internal bool LeaveWriteback() => Interlocked.Decrement(ref _writebackPieces) == 0;

    /// <summary>Ends writeback and wakes who waits for it. Any task may call it.</summary>
    internal void ClearWriteback() => BitLock.Clear(ref _flags, FolioFlags.Writeback, this);

    /// <summary>Moves the dirty and valid bits of a part into a new, smaller folio. Caller: both folio locks.</summary>
    internal void CopyStateTo(Folio part)
    {
        int offset = (int)(part.Position - Position);
        if (IsUptodate)
        {
            part.MarkUptodate();
        }
        else
        {
            for (int at = 0; at < part.SizeBytes; at += 1 << SectorShift)
            {
                if (AreUptodate(offset + at, 1 << SectorShift))
                {
                    part.MarkUptodate(at, 1 << SectorShift);
                }
            }
        }

        int run = offset;
        while (NextDirtyRun(ref run, out int length) && run < offset + part.SizeBytes)
        {
            int inside = Math.Min(length, offset + part.SizeBytes - run);
            _ = part.SetDirtyBits(run - offset, inside);
            run += inside;
        }
    }

    private void ResetDirty()
    {
        _dirtyWord = 0;
        if (_dirtyWords is not null)
        {
            _dirtyWords.AsSpan().Clear();
        }
    }

    private void EnsureWords()
    {
        int words = SectorCount / SectorsOfAWord;
        if (words > 1 && (_dirtyWords is null || _dirtyWords.Length < words))
        {
            _dirtyWords = new ulong[words];
        }
    }

    private ref ulong WordOf(int sector)
    {
        if (SectorCount <= SectorsOfAWord)
        {
            return ref _dirtyWord;
        }

        return ref _dirtyWords![sector / SectorsOfAWord];
    }

    private bool HasDirtyBit(int sector) =>
        IsDirty && (WordOf(sector) & (1UL << (sector & (SectorsOfAWord - 1)))) != 0;

    private int NextDirty(int sector)
    {
        if (!IsDirty)
        {
            return SectorCount;
        }

        while (sector < SectorCount)
        {
            ulong rest = WordOf(sector) >> (sector & (SectorsOfAWord - 1));
            if (rest != 0)
            {
                return Math.Min(SectorCount, sector + BitOperations.TrailingZeroCount(rest));
            }

            sector = (sector | (SectorsOfAWord - 1)) + 1;
        }

        return SectorCount;
    }

    private static ulong MaskOf(int bit, int count) =>
        (count == SectorsOfAWord ? ulong.MaxValue : (1UL << count) - 1) << bit;
}
