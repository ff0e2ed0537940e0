// A thread's part of a transaction.

using System;
using Faultline.Base;
using Faultline.Block.Buffers;

namespace Faultline.Jbd2.Transactions;

/// <summary>A thread's part of a transaction. Used by the thread that started it.</summary>
public abstract class MetadataHandle : IDisposable
{
    /// <summary>The transaction.</summary>
    public abstract TransactionId Transaction { get; }

    /// <summary>Blocks that may still be changed.</summary>
    public abstract int CreditsLeft { get; }

    /// <summary>The bytes of a block, to be changed. The first change of a block in a transaction costs a credit;
    /// a transaction that is being committed keeps the bytes it has. Readers that hold the older bytes keep
    /// them.</summary>
    /// <param name="buffer">A verified block.</param>
    /// <returns>Its bytes, until the handle stops.</returns>
    /// <locks>Caller: whatever orders writers of this block's parts.</locks>
    public abstract Span<byte> Change(MetadataBuffer buffer);

    /// <summary>A block that becomes metadata: all zeros, whatever was there. Costs a credit.</summary>
    /// <param name="block">The block, just allocated.</param>
    /// <param name="format">What it will be.</param>
    /// <param name="context">Whose.</param>
    /// <returns>The buffer, entered in the cache as verified.</returns>
    public abstract MetadataBuffer Create(BlockNumber block, BlockFormat format, in BlockContext context);

    /// <summary>A metadata block was freed: older copies in the log must never be replayed over what comes
    /// next. Costs a credit.</summary>
    /// <param name="block">The block.</param>
    public abstract void Forget(BlockNumber block);

    /// <summary>Asks for more credits without waiting.</summary>
    /// <param name="credits">How many to have left.</param>
    /// <returns>False when the transaction has no room: restart, or stop.</returns>
    public abstract bool TryExtend(int credits);

    /// <summary>Stops and starts again, perhaps in a later transaction. Whatever the handle changed so far is
    /// complete by itself. Not when nested.</summary>
    /// <param name="credits">How many to have.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS aborted meanwhile.</errors>
    /// <locks>Caller: nothing of rank 420 or deeper.</locks>
    public abstract Result Restart(int credits);

    /// <summary>The transaction must not commit before the data written so far are durable: the data device is
    /// flushed before its commit record.</summary>
    public abstract void DependsOnData();

    /// <summary>Something that this handle will store was changed in memory: it counts as a change of the
    /// handle's.</summary>
    public abstract void NoteChange();

    /// <summary>What the handle began cannot be finished: a block could not be read, or is damaged. When it has changed
    /// something already (since the last <see cref="Restart"/>) the log is aborted, so that half a change never
    /// becomes durable. Always false, so that it can be an exception filter: then the abort comes before the handle
    /// stops.</summary>
    /// <param name="error">Why.</param>
    /// <returns>False.</returns>
    public abstract bool AbortIfChanged(in FsError error);

    /// <summary>Stops the handle.</summary>
    public void Dispose()
    {
        Stop();
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the handle, or leaves one level of nesting.</summary>
    protected abstract void Stop();
}
