// Threads that read, read ahead, drop caches and invalidate, all at once, over one mapping.

using System;
using System.Runtime.InteropServices;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;

namespace Faultline.Race;

internal sealed class Storm
{
    internal const int Pages = 4096;
    private const int PagesPerRead = 4;
    private readonly StampedHost _host = new(Pages);
    private readonly Mapping _mapping;
    private readonly long _readsWanted;
    private readonly long _invalidationsWanted;
    private readonly ulong _seed;
    private long _reads;
    private long _noWaitReads;
    private long _invalidations;
    private long _drops;
    private string? _failure;

    internal Storm(FolioPool pool, InvalidatePolicy policy, long reads, long invalidations, ulong seed)
    {
        _mapping = new Mapping(pool, _host, "racefs", 1, policy);
        _readsWanted = reads;
        _invalidationsWanted = invalidations;
        _seed = seed;
    }

    internal long Reads => _reads;

    internal long Invalidations => _invalidations;

    internal string Counts => $"{_reads} reads ({_noWaitReads} NOWAIT hits), {_invalidations} invalidations, {_drops} pages dropped";

    /// <summary>Runs to the end; the answer is null, or what went wrong with the line that replays it.</summary>
    internal string? Run(int threads)
    {
        TaskHandle[] tasks = new TaskHandle[threads];
        for (int index = 0; index < threads; index++)
        {
            int role = index % 8;
            Prng random = new(_seed + (ulong)index);
            tasks[index] = Scheduler.Spawn($"storm {index}", () => Loop(role, random));
        }

        try
        {
            foreach (TaskHandle task in tasks)
            {
                task.Join();
            }
        }
        finally
        {
            _mapping.Pool.Workers.Drain();
            _mapping.Close();
        }

        return _failure is null ? null : $"{_failure}; replay: Storm seed {_seed}";
    }

    private bool IsOver => _failure is not null
        || (Volatile.Read(ref _reads) >= _readsWanted && Volatile.Read(ref _invalidations) >= _invalidationsWanted);

    private void Loop(int role, Prng random)
    {
        ReadaheadState state = new(256 << 10);
        byte[] buffer = new byte[PagesPerRead * Folio.PageSize];
        long sequential = random.Below(Pages);
        while (!IsOver)
        {
            switch (role)
            {
                case 0 or 1:
                    Invalidate(random);
                    break;
                case 2:
                    _ = Interlocked.Add(ref _drops, _mapping.DropClean(random.Below(Pages), Pages));
                    Read(random.Below(Pages), buffer, state, ReadMode.Blocking);
                    break;
                case 3:
                    long first = random.Below(Pages);
                    _mapping.WillNeed(first, first + random.Below(64));
                    break;
                case 4:
                    Read(random.Below(Pages), buffer, state, ReadMode.NoWait);
                    Read(random.Below(Pages), buffer, state, ReadMode.Blocking);
                    break;
                case 5:
                    sequential = (sequential + PagesPerRead) % Pages;
                    Read(sequential, buffer, state, ReadMode.Blocking);
                    break;
                default:
                    Read(random.Below(Pages), buffer, state, ReadMode.Blocking);
                    break;
            }
        }
    }

    private void Invalidate(Prng random)
    {
        long first = random.Below(Pages);
        long last = Math.Min(Pages - 1, first + random.Below(32));
        long[] generations = new long[last - first + 1];
        using (InvalidateGuard guard = _mapping.InvalidateLock.Acquire(InvalidateMode.Invalidate, first, last))
        {
            _mapping.RemovePages(first, last);
            Scheduler.SyncPoint("inval.cache_dropped");
            _host.Advance(first, last);
            for (long page = first; page <= last; page++)
            {
                generations[page - first] = _host.Current(page);
            }
        }

        _host.Publish(first, last, generations);
        _ = Interlocked.Increment(ref _invalidations);
    }

    private void Read(long page, byte[] buffer, ReadaheadState state, ReadMode mode)
    {
        Span<long> atLeast = stackalloc long[PagesPerRead];
        int pages = (int)Math.Min(PagesPerRead, Pages - page);
        for (int index = 0; index < pages; index++)
        {
            atLeast[index] = _host.Published(page + index);
        }

        Span<byte> room = buffer.AsSpan(0, pages * Folio.PageSize);
        Result<int> read = _mapping.Read(page << Folio.PageShift, room, state, mode);
        if (!read.TryGet(out int length, out _))
        {
            return;
        }

        _ = Interlocked.Increment(ref mode == ReadMode.NoWait ? ref _noWaitReads : ref _reads);
        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(buffer.AsSpan(0, length));
        for (int word = 0; word < words.Length; word += 2)
        {
            int index = word / (Folio.PageSize / sizeof(long));
            bool isRight = words[word] == page + index
                && words[word + 1] >= atLeast[index]
                && words[word + 1] <= _host.Current(page + index);
            if (!isRight)
            {
                _failure ??= $"page {page + index}: read page {words[word]} generation {words[word + 1]}, at least {atLeast[index]} expected";
                return;
            }
        }
    }
}
