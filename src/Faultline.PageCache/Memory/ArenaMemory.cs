// Folio memory from anonymous chunks of 32 MiB, split and merged by a buddy allocator.
//
//   frame   number of a 4 KiB page over all chunks: chunk = frame >> 13, page = frame & 8191
//   order   a free or used block covers 2^order frames and starts at a multiple of that
//
// Invariants
//   - A free block of order n is on list n, and _freeOrder of its first frame is n + 1; every other frame has 0.
//   - Two free buddies of one order never both exist below the largest order.
// Locks: _latch (rank 530) guards all fields; address look-ups of live blocks need none.
//
// Chunks are kept until the arena is disposed: a reader that lost a race may still look at a page it must not use,
// and rejects it afterwards by the folio's identity, so the memory has to stay mapped.

using System;
using System.Runtime.InteropServices;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.PageCache.Memory;

/// <summary>Anonymous folio memory with a buddy allocator.</summary>
public sealed unsafe class ArenaMemory : IFolioMemory, IDisposable
{
    private const int ChunkFramesLog2 = 13;
    private const int ChunkFrames = 1 << ChunkFramesLog2;
    private const long ChunkBytes = (long)ChunkFrames << Folio.PageShift;
    private const int None = -1;

    private readonly SpinLatch _latch = new(LockClasses.Arena.Key);
    private readonly int[] _listHead = new int[Folio.OrderMax + 1];
    private nint[] _chunks = new nint[4];
    private int[] _next = [];
    private int[] _previous = [];
    private byte[] _freeOrder = [];
    private int _chunkCount;
    private long _allocatedBytes;

    /// <summary>An arena with no chunk yet.</summary>
    public ArenaMemory() => Array.Fill(_listHead, None);

    /// <inheritdoc/>
    public long AllocatedBytes => System.Threading.Volatile.Read(ref _allocatedBytes);

    /// <inheritdoc/>
    public bool TryAllocate(long index, int order, out MemoryBlock block)
    {
        Check.That((uint)order <= Folio.OrderMax);
        using SpinGuard guard = _latch.Acquire();
        int frame = TakeFree(order);
        if (frame == None)
        {
            if (!AddChunk())
            {
                block = default;
                return false;
            }

            frame = TakeFree(order);
            Check.That(frame != None);
        }

        _allocatedBytes += (long)Folio.PageSize << order;
        block = new MemoryBlock(AddressOf(frame), frame);
        return true;
    }

    /// <inheritdoc/>
    public MemoryBlock Part(in MemoryBlock block, long page) =>
        new(block.Address + (nint)(page << Folio.PageShift), block.Handle + page);

    /// <inheritdoc/>
    public void Free(in MemoryBlock block, int order)
    {
        int frame = checked((int)block.Handle);
        using SpinGuard guard = _latch.Acquire();
        Check.That(_freeOrder[frame] == 0);
        _allocatedBytes -= (long)Folio.PageSize << order;
        while (order < Folio.OrderMax)
        {
            int buddy = frame ^ (1 << order);
            if (_freeOrder[buddy] != order + 1)
            {
                break;
            }

            Unlink(buddy, order);
            frame &= ~(1 << order);
            order++;
        }

        Link(frame, order);
    }

    /// <summary>Frees all chunks. No folio of this arena may be in use.</summary>
    public void Dispose()
    {
        using SpinGuard guard = _latch.Acquire();
        for (int chunk = 0; chunk < _chunkCount; chunk++)
        {
            NativeMemory.AlignedFree((void*)_chunks[chunk]);
        }

        _chunkCount = 0;
        Array.Fill(_listHead, None);
    }

    private nint AddressOf(int frame) =>
        _chunks[frame >> ChunkFramesLog2] + ((nint)(frame & (ChunkFrames - 1)) << Folio.PageShift);

    private int TakeFree(int order)
    {
        int found = order;
        while (found <= Folio.OrderMax && _listHead[found] == None)
        {
            found++;
        }

        if (found > Folio.OrderMax)
        {
            return None;
        }

        int frame = _listHead[found];
        Unlink(frame, found);
        while (found > order)
        {
            found--;
            Link(frame + (1 << found), found);
        }

        return frame;
    }

    private bool AddChunk()
    {
        void* memory;
        try
        {
            memory = NativeMemory.AlignedAlloc((nuint)ChunkBytes, 1u << 21);
        }
        catch (OutOfMemoryException)
        {
            return false;
        }

        HugePages.Advise((nint)memory, ChunkBytes);
        if (_chunkCount == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length * 2);
        }

        int first = _chunkCount << ChunkFramesLog2;
        int frames = first + ChunkFrames;
        if (frames > _next.Length)
        {
            int capacity = Math.Max(frames, _next.Length * 2);
            Array.Resize(ref _next, capacity);
            Array.Resize(ref _previous, capacity);
            Array.Resize(ref _freeOrder, capacity);
        }

        _chunks[_chunkCount] = (nint)memory;
        _chunkCount++;
        for (int frame = first; frame < frames; frame += 1 << Folio.OrderMax)
        {
            Link(frame, Folio.OrderMax);
        }

        return true;
    }

    private void Link(int frame, int order)
    {
        int head = _listHead[order];
        _next[frame] = head;
        _previous[frame] = None;
        if (head != None)
        {
            _previous[head] = frame;
        }

        _listHead[order] = frame;
        _freeOrder[frame] = (byte)(order + 1);
    }

    private void Unlink(int frame, int order)
    {
        int next = _next[frame];
        int previous = _previous[frame];
        if (next != None)
        {
            _previous[next] = previous;
        }

        if (previous != None)
        {
            _next[previous] = next;
        }
        else
        {
            _listHead[order] = next;
        }

        _freeOrder[frame] = 0;
    }
}
