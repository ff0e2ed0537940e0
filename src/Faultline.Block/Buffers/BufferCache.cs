// The metadata blocks of one volume in memory, by block number. A look-up that hits takes no lock
// and allocates nothing. A miss reads, verifies and then publishes: a buffer in the table was read
// whole. Two threads that miss together both read and one buffer wins. A miss that overlaps a change
// of its block reads again: the bytes it read may be older than those that were written since.
//
// Invariants: the ring holds exactly the buffers of the table that no transaction has a version of;
// memory stays within the budget plus the transactions' versions plus one block a thread. Locks:
// BufferHash (spin-like) around the ring; never held across I/O or verification.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Block.Buffers;

/// <summary>A cache of verified metadata blocks with a byte budget and CLOCK eviction.</summary>
/// <locks>Takes: BufferHash. Caller: nothing of rank 500 or deeper, since a miss reads.</locks>
public sealed partial class BufferCache
{
    private const int BlockCountMin = 8;
    private const int GenerationCount = 256; // a power of two

    private readonly IBlockDevice _device;
    private readonly ConcurrentDictionary<ulong, MetadataBuffer> _table = new();
    private readonly SpinLatch _ringLatch = new(LockClasses.BufferHash.Key);
    private readonly List<MetadataBuffer> _ring = []; // guarded by _ringLatch
    private readonly int _ringCountMax;
    private int _hand; // guarded by _ringLatch
    private long _missCount; // lock-free: a statistic
    private int _pinnedCount; // guarded by _ringLatch, read without it as a statistic
    private readonly int[] _generations = new int[GenerationCount]; // written under _ringLatch

    /// <summary>Makes an empty cache.</summary>
    /// <param name="device">The device of the volume.</param>
    /// <param name="blockSize">Bytes of a block, a power of two.</param>
    /// <param name="budgetBytes">Bytes of block contents to keep.</param>
    public BufferCache(IBlockDevice device, int blockSize, long budgetBytes)
    {
        Check.That(blockSize > 0);
        Check.That(Bits.IsPowerOfTwo(blockSize));
        _device = device;
        BlockSize = blockSize;
        BlockCount = (ulong)(device.SizeBytes / blockSize);
        _ringCountMax = (int)Math.Clamp(budgetBytes / blockSize, BlockCountMin, int.MaxValue / 2);
    }

    /// <summary>Bytes of a block.</summary>
    public int BlockSize { get; }

    /// <summary>Whole blocks on the device.</summary>
    public ulong BlockCount { get; }

    /// <summary>Blocks read from the device so far.</summary>
    public long MissCount => Volatile.Read(ref _missCount);

    /// <summary>Blocks in memory.</summary>
    public int Count => _table.Count;

    /// <summary>A verified block.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="format">What it must be.</param>
    /// <param name="context">Whose it must be.</param>
    /// <returns>The block.</returns>
    /// <errors>FsException: EIO, EINVAL beyond the device, or what the verifier says.</errors>
    public MetadataBuffer Read(BlockNumber block, BlockFormat format, in BlockContext context)
    {
        if (!_table.TryGetValue(block.Value, out MetadataBuffer? buffer))
        {
            buffer = ReadMiss(block);
        }

        if (!buffer.IsVerifiedAs(format, context))
        {
            buffer.Verify(format, context).ThrowIfError();
        }

        buffer.Touch();
        return buffer;
    }

    /// <summary>A block only if it is in memory and verified as this: never reads, never
    /// blocks.</summary>
    /// <param name="block">Its number.</param>
    /// <param name="format">What it must be.</param>
    /// <param name="context">Whose it must be.</param>
    /// <returns>The block, or null.</returns>
    public MetadataBuffer? TryGetCached(
        BlockNumber block, BlockFormat format, in BlockContext context)
    {
        bool isCached = _table.TryGetValue(block.Value, out MetadataBuffer? buffer);
        if (!isCached || !buffer!.IsVerifiedAs(format, context))
        {
            return null;
        }

        buffer.Touch();
        return buffer;
    }

    /// <summary>A block in whatever form it is in memory: for contents that may be newer than the device's.</summary>
    /// <param name="block">Its number.</param>
    /// <returns>The block, or null.</returns>
    public MetadataBuffer? Peek(BlockNumber block) =>
        _table.TryGetValue(block.Value, out MetadataBuffer? buffer) ? buffer : null;

    /// <summary>Forgets every block, after the device changed below the cache.</summary>
    public void Clear()
    {
        using (_ringLatch.Acquire())
        {
            Check.That(_pinnedCount == 0);
            foreach (MetadataBuffer buffer in _ring)
            {
                buffer.RingIndex = MetadataBuffer.NotInRing;
                _ = _table.TryRemove(buffer.Block.Value, out _);
            }

            _ring.Clear();
            _hand = 0;
        }
    }

    /// <summary>Checks what must hold between operations.</summary>
    public void CheckInvariants()
    {
        using (_ringLatch.Acquire())
        {
            Check.That(_ring.Count <= _ringCountMax);
            Check.That(_ring.Count + _pinnedCount == _table.Count);
            Check.That((_hand == 0) || (_hand < _ring.Count));
        }
    }

    private MetadataBuffer ReadMiss(BlockNumber block)
    {
        CheckRange(block);
        ref int generation = ref _generations[block.Value % GenerationCount];
        while (true)
        {
            int before = Volatile.Read(ref generation);
            if (_table.TryGetValue(block.Value, out MetadataBuffer? known))
            {
                return known;
            }

            byte[] bytes = new byte[BlockSize];
            _device.Read((long)block.Value * BlockSize, bytes);
            _ = Interlocked.Increment(ref _missCount);
            MetadataBuffer? published = TryPublish(new MetadataBuffer(block, bytes), before);
            if (published is not null)
            {
                return published;
            }
        }
    }

    private void CheckRange(BlockNumber block)
    {
        if (block.Value >= BlockCount)
        {
            throw new FsException(BlockReasons.BlockOutOfRange.At(
                InodeNumber.None, block, $"the device has {BlockCount} blocks"));
        }
    }

    // Null when the block may have been changed since the generation was read.
    private MetadataBuffer? TryPublish(MetadataBuffer buffer, int generation)
    {
        using (_ringLatch.Acquire())
        {
            if (_table.TryGetValue(buffer.Block.Value, out MetadataBuffer? winner))
            {
                return winner;
            }

            if (_generations[buffer.Block.Value % GenerationCount] != generation)
            {
                return null;
            }

            _ = _table.TryAdd(buffer.Block.Value, buffer);
            AddToRing(buffer);
            return buffer;
        }
    }

    // Under _ringLatch.
    private void NewGeneration(BlockNumber block)
    {
        ref int generation = ref _generations[block.Value % GenerationCount];
        Volatile.Write(ref generation, unchecked(generation + 1)); // OK: only equality counts
    }

    // Under _ringLatch.
    private void AddToRing(MetadataBuffer buffer)
    {
        if (_ring.Count < _ringCountMax)
        {
            buffer.RingIndex = _ring.Count;
            _ring.Add(buffer);
            return;
        }

        ReplaceOldest(buffer);
    }

    // Under _ringLatch. Nothing when it is not there.
    private void RemoveFromRing(MetadataBuffer buffer)
    {
        int index = buffer.RingIndex;
        if (index == MetadataBuffer.NotInRing)
        {
            return;
        }

        MetadataBuffer last = _ring[^1];
        _ring[index] = last;
        last.RingIndex = index;
        _ring.RemoveAt(_ring.Count - 1);
        buffer.RingIndex = MetadataBuffer.NotInRing;
        _hand = _hand < _ring.Count ? _hand : 0;
    }

    // The hand passes each buffer at most twice: the first pass clears every mark it meets.
    private void ReplaceOldest(MetadataBuffer buffer)
    {
        for (int step = 0; step <= 2 * _ring.Count; step++)
        {
            MetadataBuffer candidate = _ring[_hand];
            // Marks set while we walk could keep the hand going; the last step takes what it finds.
            bool isTaken = !candidate.ClearReferenced() || (step == 2 * _ring.Count);
            if (isTaken)
            {
                candidate.RingIndex = MetadataBuffer.NotInRing;
                _ = _table.TryRemove(candidate.Block.Value, out _);
                buffer.RingIndex = _hand;
                _ring[_hand] = buffer;
                _hand = (_hand + 1) % _ring.Count;
                return;
            }

            _hand = (_hand + 1) % _ring.Count;
        }
    }
}
