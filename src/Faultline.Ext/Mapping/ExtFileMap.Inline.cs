// Data leave the inode before anything changes in a way that does not fit there: they are written to a block, and one
// transaction, which commits after they are durable, replaces them by a map that leads to it.

using System;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <content>Data in the inode.</content>
internal sealed partial class ExtFileMap
{
    // Caller: inode lock exclusive, or Modify over what it makes dirty; several may come at once.
    private Result LeaveInode()
    {
        byte[] block = new byte[_unit];
        bool isEmpty;
        using (SharedGuard guard = _lock.AcquireShared())
        {
            if (!IsInline)
            {
                return Result.Ok;
            }

            isEmpty = _inode.SizeBytes == 0;
            _space.Inline.Read(_inode).CopyTo(block, 0);
        }

        BlockRun run = default;
        if (!isEmpty)
        {
            Result<BlockRun> written = WriteOut(block);
            if (!written.TryGet(out run, out FsError error))
            {
                return error;
            }
        }

        bool isUsed = false;
        try
        {
            Result<bool> replaced = ReplaceInline(run);
            isUsed = replaced.IsOk && replaced.Value;
            return replaced.IsOk ? Result.Ok : replaced.Error;
        }
        finally
        {
            if (!isUsed && run.Count > 0)
            {
                Allocator.AbandonInFlight(run.Start, run.Count);
                Allocator.Release(1);
            }
        }
    }

    private Result<BlockRun> WriteOut(ReadOnlySpan<byte> block)
    {
        bool isClaimed = Allocator.Reserve(1).IsOk || (Allocator.TryFreeSpace() && Allocator.Reserve(1).IsOk);
        if (!isClaimed)
        {
            return ExtSpaceReasons.NoSpaceToLeave.At(_inode.Number);
        }

        Result<BlockRun> chosen = Allocator.AllocateInMemory(Allocator.GoalOf(_inode.Number), 1, null);
        if (!chosen.TryGet(out BlockRun run, out FsError error))
        {
            Allocator.Release(1);
            return error;
        }

        bool isWritten = false;
        try
        {
            Device.Write((long)run.Start * _unit, block);
            isWritten = true;
        }
        finally
        {
            if (!isWritten)
            {
                Allocator.AbandonInFlight(run.Start, run.Count);
                Allocator.Release(1);
            }
        }

        return run;
    }

    // False when somebody else did it.
    private Result<bool> ReplaceInline(BlockRun run)
    {
        int credits = PieceCredits() + _host.StoreCredits + _host.InlineCredits;
        Result<MetadataHandle> started = _space.Log.Start(credits);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                return ReplaceInline(handle, run);
            }
            catch (FsException damage) when (_space.NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }

    private bool ReplaceInline(MetadataHandle handle, BlockRun run)
    {
        handle.DependsOnData();
        using ExclusiveGuard guard = _lock.AcquireExclusive();
        if (!IsInline)
        {
            return false;
        }

        _host.DropInlineData(handle);
        bool isTree = _space.Super.Has(FeatureIncompat.Extents);
        _inode.Flags = (_inode.Flags & ~ExtInodeFlags.InlineData)
            | (isTree ? ExtInodeFlags.Extents : ExtInodeFlags.None);
        _inode.WritableMap.Clear();
        if (isTree)
        {
            MapWriter.InitialiseTree(_inode);
        }

        if (run.Count > 0)
        {
            // The map of one block needs no node.
            MapChange change = new(handle, _inode, _emergency, this, _host.StoreCredits);
            _space.Writer.Insert(change, new MappedRange(0, 1, MapState.Written, run.Start)).ThrowIfError();
            Allocator.CommitInFlight(handle, run.Start, run.Count);
            _space.Writer.Space.ChargeClusters(_inode, 1);
        }

        Store(handle);
        Changed();
        return true;
    }
}
