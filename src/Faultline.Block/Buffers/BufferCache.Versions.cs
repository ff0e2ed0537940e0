// The part of the cache that transactions use: versions of blocks, blocks that are made, blocks that are freed. A
// buffer with a version that is not in its place is in the table but not in the ring, so that it cannot be evicted.

using System.Threading;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <content>Versions of blocks.</content>
public sealed partial class BufferCache
{
    /// <summary>Blocks with a version that is not in its place.</summary>
    public int PinnedCount => Volatile.Read(ref _pinnedCount);

    /// <summary>The buffer of a block in the cache now: the given one, unless it was evicted meanwhile. Reads when the
    /// block must be read again.</summary>
    /// <param name="buffer">A buffer that the cache handed out.</param>
    /// <returns>The buffer to change.</returns>
    /// <errors>FsException: EIO, or what the verifier says.</errors>
    public MetadataBuffer Current(MetadataBuffer buffer)
    {
        if (_table.TryGetValue(buffer.Block.Value, out MetadataBuffer? known) && ReferenceEquals(known, buffer))
        {
            return buffer;
        }

        BlockVerification? verification = buffer.Verification;
        Check.That(verification is not null);
        return Read(buffer.Block, verification.Format, verification.Context);
    }

    /// <summary>Gives a transaction a version of its own. The caller sees to it that no other thread does so for the
    /// same block now.</summary>
    /// <param name="buffer">The block's buffer.</param>
    /// <param name="copy">A copy of its bytes, made since no transaction but the owner could change them; becomes the
    /// version's.</param>
    /// <param name="owner">The transaction.</param>
    /// <returns>The version, or null when the buffer was evicted.</returns>
    /// <locks>Takes: BufferHash.</locks>
    public BlockVersion? TryBeginVersion(MetadataBuffer buffer, byte[] copy, object owner)
    {
        Check.That(copy.Length == BlockSize);
        using (_ringLatch.Acquire())
        {
            bool isCached = _table.TryGetValue(buffer.Block.Value, out MetadataBuffer? known);
            if (!isCached || !ReferenceEquals(known, buffer))
            {
                return null;
            }

            return Pin(buffer, copy, owner);
        }
    }

    /// <summary>Enters a block of zeros as a transaction's version, whatever was known of the block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="format">What it will be.</param>
    /// <param name="context">Whose.</param>
    /// <param name="owner">The transaction.</param>
    /// <returns>The version; its buffer counts as verified.</returns>
    /// <errors>FsException EINVAL beyond the device.</errors>
    /// <locks>Takes: BufferHash.</locks>
    public BlockVersion CreateVersion(BlockNumber block, BlockFormat format, in BlockContext context, object owner)
    {
        CheckRange(block);
        byte[] bytes = new byte[BlockSize];
        MetadataBuffer buffer = new(block, bytes);
        buffer.SetVerified(format, context);
        using (_ringLatch.Acquire())
        {
            DropUnderLatch(block);
            _ = _table.TryAdd(block.Value, buffer);
            return Pin(buffer, bytes, owner);
        }
    }

    /// <summary>Removes a block from the cache: it is metadata no more.</summary>
    /// <param name="block">The block.</param>
    /// <locks>Takes: BufferHash.</locks>
    public void Drop(BlockNumber block)
    {
        using (_ringLatch.Acquire())
        {
            DropUnderLatch(block);
        }
    }

    /// <summary>A version is in its place, or of no use any more.</summary>
    /// <param name="version">The version; released once.</param>
    /// <locks>Takes: BufferHash.</locks>
    public void Release(BlockVersion version)
    {
        MetadataBuffer buffer = version.Buffer;
        using (_ringLatch.Acquire())
        {
            Check.That(version.Owner is not null);
            Check.That(buffer.PinCount > 0);
            version.Disown();
            buffer.Retire(version);
            bool isCached = _table.TryGetValue(buffer.Block.Value, out MetadataBuffer? known)
                && ReferenceEquals(known, buffer);
            if (isCached && (buffer.PinCount == 0))
            {
                _pinnedCount--;
                AddToRing(buffer);
            }
        }
    }

    // Under BufferHash.
    private BlockVersion Pin(MetadataBuffer buffer, byte[] bytes, object owner)
    {
        BlockVersion version = new(buffer, bytes, owner);
        RemoveFromRing(buffer);
        if (buffer.PinCount == 0)
        {
            _pinnedCount++;
        }

        buffer.PinCount++;
        buffer.Install(version);
        NewGeneration(buffer.Block);
        return version;
    }

    // Under BufferHash.
    private void DropUnderLatch(BlockNumber block)
    {
        NewGeneration(block);
        if (_table.TryRemove(block.Value, out MetadataBuffer? buffer))
        {
            RemoveFromRing(buffer);
            if (buffer.PinCount > 0)
            {
                _pinnedCount--;
            }
        }
    }
}
