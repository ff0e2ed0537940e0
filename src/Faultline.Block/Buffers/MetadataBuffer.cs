// One metadata block in memory. Invariants: the array is never reused for another block, so a
// reader that holds the buffer across its eviction still sees the bytes it verified; the bytes
// change only under a transaction. Locks: the verification record is replaced as a whole by a
// reference store; readers that see an old one verify once more, which is harmless.

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>One metadata block in memory.</summary>
public sealed class MetadataBuffer
{
    private readonly byte[] _bytes;
    private Verification? _verification; // lock-free: replaced whole, release store
    private int _isReferenced; // lock-free: a hint for the clock hand

    /// <summary>Makes a buffer of bytes just read.</summary>
    /// <param name="block">Number of the block.</param>
    /// <param name="bytes">Its bytes; owned by the buffer from now on.</param>
    internal MetadataBuffer(BlockNumber block, byte[] bytes)
    {
        Block = block;
        _bytes = bytes;
    }

    /// <summary>Number of the block.</summary>
    public BlockNumber Block { get; }

    /// <summary>The block's bytes.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    /// <summary>The block's bytes as memory, for those who must keep them.</summary>
    public ReadOnlyMemory<byte> Memory => _bytes;

    /// <summary>Marks the buffer as used lately. No store when it is marked already.</summary>
    internal void Touch()
    {
        if (Volatile.Read(ref _isReferenced) == 0)
        {
            Volatile.Write(ref _isReferenced, 1);
        }
    }

    /// <summary>Clears the mark.</summary>
    /// <returns>Whether it was set.</returns>
    internal bool ClearReferenced()
    {
        bool wasReferenced = Volatile.Read(ref _isReferenced) != 0;
        Volatile.Write(ref _isReferenced, 0);
        return wasReferenced;
    }

    /// <summary>Whether the bytes passed this very check before.</summary>
    /// <param name="format">The kind of block.</param>
    /// <param name="context">Whose block.</param>
    /// <returns>True when nothing needs to be checked.</returns>
    internal bool IsVerifiedAs(BlockFormat format, in BlockContext context)
    {
        Verification? known = Volatile.Read(ref _verification);
        return (known is not null) && ReferenceEquals(known.Format, format)
            && (known.Context == context);
    }

    /// <summary>Runs the check and remembers a success.</summary>
    /// <param name="format">The kind of block.</param>
    /// <param name="context">Whose block.</param>
    /// <returns>What the check said.</returns>
    internal Result Verify(BlockFormat format, in BlockContext context)
    {
        Result result = format.Verify(_bytes, Block, context);
        if (result.IsOk)
        {
            Volatile.Write(ref _verification, new Verification(format, context));
        }

        return result;
    }

    private sealed record Verification(BlockFormat Format, BlockContext Context);
}
