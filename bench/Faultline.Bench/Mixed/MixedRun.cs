// Readers of one part of a file, a writer in another, and a puncher in a third, for a while: reads and writes a
// second, and how long reads took. Only misses take locks, and most reads are misses: the file is larger than the
// page cache.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Files;

namespace Faultline.Bench.Mixed;

internal sealed class MixedRun(MixedFile file, MixedKind kind, bool locksInode)
{
    private const int RunMs = 2000;
    private const int Readers = 4;
    private const int ReadBytes = 16 << 10;
    private const int PageBytes = 4096;
    private const long ReadEnd = 192L << 20;
    private const long WriteEnd = 224L << 20;
    private const long ChunkBytes = 1 << 20;
    private const int Edge = 1000; // bytes that a punch leaves of the first and the last block of a chunk
    private const int WritesPerSync = 64;
    private const int PunchPauseMs = 10;
    private const FallocateFlags PunchMode = FallocateFlags.PunchHole | FallocateFlags.KeepSize;

    private readonly List<long> _stalls = [];
    private int _stop;
    private long _round;
    private long _writes;
    private long _punches;
    private double _seconds;

    /// <summary>Writes a second, over all rounds.</summary>
    internal double WriteRate => _writes / _seconds;

    /// <summary>Punches a second, over all rounds.</summary>
    internal double PunchRate => _punches / _seconds;

    /// <summary>Milliseconds that 999 of 1000 reads did not exceed, over all rounds.</summary>
    internal double StallMs
    {
        get
        {
            _stalls.Sort();
            return _stalls.Count == 0 ? 0 : _stalls[(int)((_stalls.Count - 1) * 0.999)] * 1000.0 / Stopwatch.Frequency;
        }
    }

    /// <summary>Runs everything for a while. Reads a second.</summary>
    internal double Measure()
    {
        _stop = 0;
        _round++;
        List<TaskHandle> tasks = [];
        List<long>[] stalls = new List<long>[Readers];
        for (int index = 0; index < Readers; index++)
        {
            int mine = index;
            stalls[mine] = new List<long>(1 << 16);
            tasks.Add(Scheduler.Spawn($"reader {mine}", () => Read(mine, stalls[mine])));
        }

        if (kind != MixedKind.ReadsAlone)
        {
            tasks.Add(Scheduler.Spawn("writer", Write));
        }

        if (kind == MixedKind.WithPuncher)
        {
            tasks.Add(Scheduler.Spawn("puncher", Punch));
        }

        long start = Stopwatch.GetTimestamp();
        SystemClock.Instance.Delay(RunMs);
        Volatile.Write(ref _stop, 1);
        tasks.ForEach(static task => task.Join());
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _seconds += seconds;
        long reads = 0;
        foreach (List<long> each in stalls)
        {
            reads += each.Count;
            _stalls.AddRange(each);
        }

        return reads / seconds;
    }

    private bool IsRunning => Volatile.Read(ref _stop) == 0;

    private void Read(int index, List<long> stalls)
    {
        using OpenFile open = file.Open();
        byte[] buffer = new byte[ReadBytes];
        Prng random = new((ulong)((_round * Readers) + index));
        while (IsRunning)
        {
            long at = random.Below(ReadEnd / ReadBytes) * ReadBytes;
            long before = Stopwatch.GetTimestamp();
            int read = locksInode ? ReadLocked(open, at, buffer) : open.Read(at, buffer).OrThrow();
            stalls.Add(Stopwatch.GetTimestamp() - before);
            if (read != ReadBytes)
            {
                throw new InvalidOperationException("short read");
            }
        }
    }

    private static int ReadLocked(OpenFile open, long at, byte[] buffer)
    {
        using SharedGuard guard = open.Inode.Lock.AcquireShared();
        return open.Read(at, buffer).OrThrow();
    }

    private void Write()
    {
        using OpenFile open = file.Open();
        byte[] buffer = new byte[PageBytes];
        Prng random = new((ulong)_round + 1000);
        while (IsRunning)
        {
            long at = ReadEnd + (random.Below((WriteEnd - ReadEnd) / PageBytes) * PageBytes);
            _ = open.Write(at, buffer).OrThrow();
            _writes++;
            if (_writes % WritesPerSync == 0)
            {
                WritePages.Run(open.Inode, WritebackControl.OfBytes(ReadEnd, WriteEnd)).ThrowIfError();
            }
        }
    }

    // What a punch leaves of its first and last block has to be read, with the range locked.
    private void Punch()
    {
        using OpenFile open = file.Open();
        byte[] buffer = new byte[PageBytes];
        Prng random = new((ulong)_round + 2000);
        while (IsRunning)
        {
            long chunk = WriteEnd + (random.Below((MixedFile.FileBytes - WriteEnd) / ChunkBytes) * ChunkBytes);
            open.Fallocate(PunchMode, chunk + Edge, ChunkBytes - (2 * Edge)).ThrowIfError();
            _punches++;
            WritePages.Run(open.Inode, WritebackControl.OfBytes(chunk, chunk + ChunkBytes)).ThrowIfError();
            _ = open.AdviseDontNeed(chunk, ChunkBytes);
            _ = open.Write(chunk + (ChunkBytes / 2), buffer).OrThrow(); // the next punch finds a dirty page
            SystemClock.Instance.Delay(PunchPauseMs);
        }
    }
}
