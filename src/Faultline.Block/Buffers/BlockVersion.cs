// The bytes of a block as one transaction leaves them. A later transaction gets a version of its own, which starts as
// a copy: so a transaction that is being committed, or not yet in its place, keeps its bytes whatever happens to the
// block, and readers that hold the older bytes keep them too.
//
// Invariants: the bytes change only while the owner takes handles, and once more when it is sealed. Locks: none of its
// own; the cache publishes a version under BufferHash.

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>A block as one transaction leaves it.</summary>
public sealed class BlockVersion
{
    private byte[] _bytes; // lock-free: cleared with the owner
    private readonly BlockVerification? _verification;
    private object? _owner; // lock-free: cleared once, release store

    internal BlockVersion(MetadataBuffer buffer, byte[] bytes, object owner)
    {
        Buffer = buffer;
        _bytes = bytes;
        _owner = owner;
        _verification = buffer.Verification;
    }

    /// <summary>The block's buffer.</summary>
    public MetadataBuffer Buffer { get; }

    /// <summary>Number of the block.</summary>
    public BlockNumber Block => Buffer.Block;

    /// <summary>The transaction, or null once the version is of no use.</summary>
    public object? Owner => Volatile.Read(ref _owner);

    /// <summary>The bytes.</summary>
    public Span<byte> Bytes => _bytes;

    internal byte[] Array => _bytes;

    /// <summary>Writes the block's checksum, then checks the block as after a read. Nobody changes the bytes any
    /// more.</summary>
    /// <returns>Success, or what is wrong with the block.</returns>
    public Result Seal()
    {
        BlockVerification? known = Buffer.Verification;
        if (known?.Format.Seal is null)
        {
            known = _verification ?? known;
        }

        if (known is null)
        {
            return Result.Ok;
        }

        known.Format.Seal?.Invoke(_bytes, Block, known.Context);
        return known.Format.Verify(_bytes, Block, known.Context);
    }

    // The bytes stay the buffer's when this is its newest version; otherwise nobody needs them any more.
    internal void Disown()
    {
        Volatile.Write(ref _owner, null);
        _bytes = [];
    }
}
