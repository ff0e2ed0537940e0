// A pipe: a ring of buffers between writers and readers in this process.
//
// A buffer is a page of the pipe's own or a part of a file's folio (splice). A folio in a pipe may leave its file:
// the pipe shows what it held, or, where the file was overwritten in place, what it holds.
//
// Invariants: _ring[_head .. _head + _count) modulo its length are in use, none is empty.
// Locks: _mutex (rank 100; two pipes by id) guards the ring. Nobody waits for data or room while holding it: a
// waiter remembers _version and looks again when it changes.

using System;
using System.Collections.Generic;
using System.Numerics;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Pipes;

/// <summary>A pipe. Born with one reader and one writer.</summary>
/// <source>pipe(7), fcntl(2) F_SETPIPE_SZ</source>
public sealed class Pipe
{
    /// <summary>Bytes of a slot; a write of at most so many is never torn (PIPE_BUF).</summary>
    public const int PageBytes = 4096;

    private const int DefaultSlots = 16;
    private const long OrdinaryCapacityMax = 1 << 20;
    private const long CapacityMax = 1 << 30;

    private static long s_lastId;
    private readonly FairMutex _mutex;
    private readonly WaitQueue _changed = new("pipe");
    private readonly Stack<PipePage> _spare = []; // guarded by _mutex
    private PipeBuffer[] _ring = new PipeBuffer[DefaultSlots]; // guarded by _mutex
    private int _head; // guarded by _mutex
    private int _count; // guarded by _mutex
    private int _readers = 1; // written under _mutex
    private int _writers = 1; // written under _mutex
    private long _version; // written under _mutex: anything changed

    /// <summary>Makes an empty pipe of 64 KiB.</summary>
    public Pipe()
    {
        Id = (ulong)Interlocked.Increment(ref s_lastId);
        _mutex = new FairMutex(LockClasses.Pipe.Key, Id);
    }

    /// <summary>Unique in this process; orders the locks of two pipes.</summary>
    public ulong Id { get; }

    /// <summary>Bytes in the pipe (FIONREAD).</summary>
    public long Length
    {
        get
        {
            using MutexGuard guard = _mutex.Acquire();
            long length = 0;
            for (int index = 0; index < _count; index++)
            {
                length += SlotLocked(index).Length;
            }

            return length;
        }
    }

    /// <summary>Bytes that fit (F_GETPIPE_SZ).</summary>
    public int CapacityBytes
    {
        get
        {
            using MutexGuard guard = _mutex.Acquire();
            return _ring.Length * PageBytes;
        }
    }

    /// <summary>Free slots.</summary>
    internal int FreeSlotsLocked => _ring.Length - _count;

    /// <summary>Used slots.</summary>
    internal int UsedSlotsLocked => _count;

    /// <summary>Whether somebody reads.</summary>
    internal bool HasReadersLocked => _readers > 0;

    /// <summary>Whether somebody writes.</summary>
    internal bool HasWritersLocked => _writers > 0;

    /// <summary>Changes whenever the pipe does.</summary>
    internal long VersionLocked => _version;

    /// <summary>Another reader.</summary>
    public void OpenReader() => Count(readers: 1, writers: 0);

    /// <summary>Another writer.</summary>
    public void OpenWriter() => Count(readers: 0, writers: 1);

    /// <summary>A reader less. After the last, writing is EPIPE; what is in the pipe goes with the last end.</summary>
    public void CloseReader() => Count(readers: -1, writers: 0);

    /// <summary>A writer less. After the last, an empty pipe reads as ended.</summary>
    public void CloseWriter() => Count(readers: 0, writers: -1);

    /// <summary>Changes how much fits.</summary>
    /// <param name="bytes">Bytes; rounded up to a power of two pages.</param>
    /// <param name="credentials">Whose wish.</param>
    /// <returns>What fits now.</returns>
    /// <errors>EINVAL nothing, or beyond 1 GiB; EPERM more than 1 MiB without CAP_SYS_RESOURCE; EBUSY more is in the
    /// pipe.</errors>
    /// <locks>Takes: the pipe's mutex.</locks>
    public Result<int> SetCapacity(long bytes, Credentials credentials)
    {
        if (bytes is <= 0 or > CapacityMax)
        {
            return PipeReasons.CapacityInvalid;
        }

        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)((bytes + PageBytes - 1) / PageBytes));
        if ((long)slots * PageBytes > OrdinaryCapacityMax && !credentials.Has(Capabilities.SystemResource))
        {
            return PipeReasons.CapacityPrivileged;
        }

        using (MutexGuard guard = _mutex.Acquire())
        {
            if (slots < _count)
            {
                return PipeReasons.CapacityInUse;
            }

            PipeBuffer[] ring = new PipeBuffer[slots];
            for (int index = 0; index < _count; index++)
            {
                ring[index] = SlotLocked(index);
            }

            _ring = ring;
            _head = 0;
            ChangedLocked();
        }

        _changed.WakeAll();
        return slots * PageBytes;
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="mode">Whether to wait while the pipe is empty.</param>
    /// <returns>Bytes read, at least one; 0 when the pipe is empty and nobody writes.</returns>
    /// <errors>EAGAIN empty, and no waiting.</errors>
    /// <locks>Caller: nothing at rank 100 or deeper. Takes: the pipe's mutex.</locks>
    public Result<int> Read(Span<byte> destination, PipeMode mode = PipeMode.Blocking)
    {
        while (!destination.IsEmpty)
        {
            long version;
            using (MutexGuard guard = _mutex.Acquire())
            {
                int done = ReadLocked(destination);
                if (done > 0)
                {
                    destination = destination.Slice(0, done);
                    break;
                }

                if (!HasWritersLocked)
                {
                    return 0;
                }

                version = _version;
            }

            if (mode == PipeMode.NonBlocking)
            {
                return PipeReasons.Empty;
            }

            WaitChanged(version);
        }

        _changed.WakeAll();
        return destination.Length;
    }

    /// <summary>Writes bytes; also what vmsplice(2) would do, which copies here.</summary>
    /// <param name="source">The bytes. Up to <see cref="PageBytes"/> go in together or not at all.</param>
    /// <param name="mode">Whether to wait for room.</param>
    /// <returns>Bytes written: fewer than asked only without waiting, or when the last reader went.</returns>
    /// <errors>EPIPE nobody reads; EAGAIN no room, and no waiting.</errors>
    /// <locks>Caller: nothing at rank 100 or deeper. Takes: the pipe's mutex.</locks>
    public Result<int> Write(ReadOnlySpan<byte> source, PipeMode mode = PipeMode.Blocking)
    {
        bool isAtomic = source.Length <= PageBytes;
        int done = 0;
        while (done < source.Length)
        {
            long version;
            using (MutexGuard guard = _mutex.Acquire())
            {
                if (!HasReadersLocked)
                {
                    return done > 0 ? done : PipeReasons.Broken;
                }

                if (!isAtomic || RoomBytesLocked >= source.Length)
                {
                    done += WriteLocked(source.Slice(done));
                }

                version = _version;
            }

            _changed.WakeAll();
            if (done == source.Length)
            {
                break;
            }

            if (mode == PipeMode.NonBlocking)
            {
                return done > 0 ? done : PipeReasons.Full;
            }

            WaitChanged(version);
        }

        return done;
    }

    /// <summary>Takes the mutex; with another pipe's, the one with the lower id first.</summary>
    /// <param name="subclass">1 for the second of two.</param>
    /// <returns>The guard.</returns>
    internal MutexGuard Acquire(int subclass = 0) => _mutex.Acquire(subclass);

    /// <summary>Waits until the pipe is not as it was.</summary>
    /// <param name="version">How it was.</param>
    /// <locks>Caller: nothing.</locks>
    internal void WaitChanged(long version) =>
        _changed.WaitUntil((Pipe: this, Version: version), static state =>
            Volatile.Read(ref state.Pipe._version) != state.Version);

    /// <summary>Wakes who waits for the pipe, after the mutex was released.</summary>
    internal void WakeAll() => _changed.WakeAll();

    /// <summary>A used slot, counted from the first.</summary>
    /// <param name="index">0 to the number of used slots.</param>
    /// <returns>The slot.</returns>
    /// <locks>Caller: the mutex.</locks>
    internal ref PipeBuffer SlotLocked(int index) => ref _ring[(_head + index) % _ring.Length];

    /// <summary>Adds a buffer behind the last; its reference becomes the pipe's.</summary>
    /// <param name="buffer">Not empty.</param>
    /// <locks>Caller: the mutex; there is a free slot.</locks>
    internal void PushLocked(in PipeBuffer buffer)
    {
        Check.That(_count < _ring.Length);
        Check.That(buffer.Length > 0);
        _mutex.AssertHeld();
        _count++;
        SlotLocked(_count - 1) = buffer;
        ChangedLocked();
    }

    /// <summary>Adds bytes of a file behind the last buffer.</summary>
    /// <param name="folio">The folio; the caller's reference becomes the pipe's.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes, &gt; 0.</param>
    /// <locks>Caller: the mutex; there is a free slot.</locks>
    internal void PushLocked(Folio folio, int offset, int length) =>
        PushLocked(new PipeBuffer { Folio = folio, Offset = offset, Length = length });

    /// <summary>Takes bytes from the first buffer.</summary>
    /// <param name="length">At most what it has.</param>
    /// <locks>Caller: the mutex.</locks>
    internal void ConsumeLocked(int length)
    {
        _mutex.AssertHeld();
        ref PipeBuffer first = ref SlotLocked(0);
        Check.That(length <= first.Length);
        first.Offset += length;
        first.Length -= length;
        ChangedLocked();
        if (first.Length == 0)
        {
            DropFirstLocked();
        }
    }

    private int RoomBytesLocked =>
        (FreeSlotsLocked * PageBytes) + (_count > 0 ? SlotLocked(_count - 1).RoomBytes : 0);

    private int ReadLocked(Span<byte> destination)
    {
        int done = 0;
        while (done < destination.Length && _count > 0)
        {
            ReadOnlySpan<byte> bytes = SlotLocked(0).Bytes;
            int length = Math.Min(bytes.Length, destination.Length - done);
            bytes.Slice(0, length).CopyTo(destination.Slice(done));
            ConsumeLocked(length);
            done += length;
        }

        return done;
    }

    private int WriteLocked(ReadOnlySpan<byte> source)
    {
        int done = 0;
        if (_count > 0)
        {
            ref PipeBuffer last = ref SlotLocked(_count - 1);
            done = Math.Min(last.RoomBytes, source.Length);
            if (done > 0)
            {
                source.Slice(0, done).CopyTo(last.Page!.Bytes.AsSpan(last.Offset + last.Length));
                last.Length += done;
                ChangedLocked();
            }
        }

        while (done < source.Length && FreeSlotsLocked > 0)
        {
            int length = Math.Min(PageBytes, source.Length - done);
            PipePage page = _spare.TryPop(out PipePage? spare) ? spare : new PipePage();
            source.Slice(done, length).CopyTo(page.Bytes);
            PushLocked(new PipeBuffer { Page = page, Length = length });
            done += length;
        }

        return done;
    }

    private void DropFirstLocked()
    {
        ref PipeBuffer first = ref SlotLocked(0);
        first.Folio?.Put();
        if (first.Page is PipePage page && page.Release() && _spare.Count < DefaultSlots)
        {
            page.Reuse();
            _spare.Push(page);
        }

        first = default;
        _head = (_head + 1) % _ring.Length;
        _count--;
    }

    private void Count(int readers, int writers)
    {
        using (MutexGuard guard = _mutex.Acquire())
        {
            _readers += readers;
            _writers += writers;
            Check.That(_readers >= 0);
            Check.That(_writers >= 0);
            while (_readers == 0 && _writers == 0 && _count > 0)
            {
                DropFirstLocked();
            }

            ChangedLocked();
        }

        _changed.WakeAll();
    }

    private void ChangedLocked() => Volatile.Write(ref _version, _version + 1);
}
