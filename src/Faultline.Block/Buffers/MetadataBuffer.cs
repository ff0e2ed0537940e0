// One metadata block in memory. Invariants: an array is never reused for another block, so a reader that holds the
// buffer across its eviction still sees the bytes it verified; the bytes change only under a transaction, which works
// on an array of its own. Locks: the verification record and the array are replaced as a whole by reference stores;
// readers that see an old record verify once more, which is harmless. What concerns the cache is under BufferHash.

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>One metadata block in memory. Held for the length of an operation, not longer.</summary>
public sealed class MetadataBuffer
{
    internal const int NotInRing = -1;

    private byte[] _bytes; // lock-free: replaced whole, release store
    private BlockVerification? _verification; // lock-free: replaced whole, release store
    private BlockVersion? _newest; // written under BufferHash, read without: release store
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

    /// <summary>The block's bytes, as the last transaction that changed them left them or leaves them now.</summary>
    public ReadOnlySpan<byte> Bytes => Volatile.Read(ref _bytes);

    /// <summary>The block's bytes as memory, for those who must keep them.</summary>
    public ReadOnlyMemory<byte> Memory => Volatile.Read(ref _bytes);

    /// <summary>The last transaction's version that is not in its place yet, or null.</summary>
    public BlockVersion? Newest => Volatile.Read(ref _newest);

    internal BlockVerification? Verification => Volatile.Read(ref _verification);

    /// <summary>Place in the cache's ring. Guarded by BufferHash.</summary>
    internal int RingIndex { get; set; } = NotInRing;

    /// <summary>Versions that are not in their place. Guarded by BufferHash.</summary>
    internal int PinCount { get; set; }

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
        BlockVerification? known = Verification;
        return (known is not null) && ReferenceEquals(known.Format, format)
            && (known.Context == context);
    }

    /// <summary>Takes a block's kind on trust: it was just made.</summary>
    /// <param name="format">The kind of block.</param>
    /// <param name="context">Whose block.</param>
    internal void SetVerified(BlockFormat format, in BlockContext context) =>
        Volatile.Write(ref _verification, new BlockVerification(format, context));

    /// <summary>Runs the check and remembers a success.</summary>
    /// <param name="format">The kind of block.</param>
    /// <param name="context">Whose block.</param>
    /// <returns>What the check said.</returns>
    internal Result Verify(BlockFormat format, in BlockContext context)
    {
        byte[] bytes = Volatile.Read(ref _bytes);
        BlockVerification? known = Verification;
        if ((Newest is not null) && (known?.Format.Seal is not null))
        {
            // A block that changes has its checksum only when it is sealed: the check looks at a sealed copy.
            bytes = (byte[])bytes.Clone();
            known.Format.Seal(bytes, Block, known.Context);
        }

        Result result = format.Verify(bytes, Block, context);
        if (result.IsOk)
        {
            SetVerified(format, context);
        }

        return result;
    }

    /// <summary>Shows a transaction's version to readers.</summary>
    /// <param name="version">The version.</param>
    /// <locks>Caller: BufferHash.</locks>
    internal void Install(BlockVersion version)
    {
        Volatile.Write(ref _bytes, version.Array);
        Volatile.Write(ref _newest, version);
    }

    /// <summary>A version is in its place, or dropped.</summary>
    /// <param name="version">The version.</param>
    /// <locks>Caller: BufferHash.</locks>
    internal void Retire(BlockVersion version)
    {
        PinCount--;
        if (ReferenceEquals(_newest, version))
        {
            Volatile.Write(ref _newest, null);
        }
    }
}
