// What only a volume that is written has: the log, sync, freeze, the end of inodes, and what damage does.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <content>Writing.</content>
public sealed partial class ExtFileSystem : ITransactionListener
{
    private const int DirtyDelayMs = 5000;
    private const ushort StateClean = 1;
    private const int ReleaseCredits = 8; // orphan, inode, bitmaps, descriptors

    private long _generation = Environment.TickCount64; // interlocked
    private int _errorCount; // interlocked: since the mount
    private FsException? _firstDamage; // interlocked
    private FsException? _lastDamage;
    private UnixTime _firstDamageTime;
    private UnixTime _lastDamageTime;

    /// <summary>Whether the volume can be changed at all; a remount may still have made it read-only.</summary>
    internal bool CanWrite => Volume.IsWritable;

    /// <summary>Inodes whose on-disk form is behind.</summary>
    internal DirtyInodes DirtyInodes { get; }

    /// <summary>Makes inodes.</summary>
    internal NewInodes NewInodes { get; }

    /// <summary>Credits of operations.</summary>
    internal OperationCosts Costs { get; }

    /// <summary>Inodes to be deleted or truncated; null on a volume that is only read.</summary>
    internal Orphans? Orphans { get; private set; }

    private MetadataLog Log => Volume.Log!;

    /// <inheritdoc/>
    void ITransactionListener.Seal(MetadataHandle handle)
    {
        // Checksums are written by the formats of the blocks, counters with what they count.
    }

    /// <inheritdoc/>
    void ITransactionListener.Durable(TransactionId transaction)
    {
        Volume.Allocator!.Durable(transaction);
        Volume.InodeAllocator!.Durable(transaction);
    }

    /// <inheritdoc/>
    void ITransactionListener.Aborted(in FsError error)
    {
        BackgroundDamageMet(new FsException(error));
        BecomeReadOnly();
    }

    /// <inheritdoc/>
    protected override Result WritingEnded => CanWrite && Log.AbortError is FsError error ? error : Result.Ok;

    /// <summary>Starts a handle.</summary>
    /// <param name="credits">Blocks that will be changed.</param>
    /// <returns>The handle.</returns>
    /// <errors>As <see cref="MetadataLog.Start"/>.</errors>
    internal Result<MetadataHandle> Begin(int credits) => Log.Start(credits);

    /// <summary>A generation for a new inode.</summary>
    /// <returns>Any number.</returns>
    internal uint NextGeneration()
    {
        // OK: a product that wraps spreads a counter over all numbers.
        ulong mixed = unchecked((ulong)Interlocked.Increment(ref _generation) * 0x9E37_79B9_7F4A_7C15);
        return (uint)(mixed >> 32);
    }

    /// <summary>The volume is ready to be written: takes its orphans over and ends them.</summary>
    /// <returns>Success.</returns>
    /// <errors>What changing the volume answers; damage throws FsException.</errors>
    internal Result Start()
    {
        Log.Listener = this;
        Volume.MapSpace.NoteDamage = NoteDamage;
        Volume.Allocator!.Discards = Options.Discard;
        Orphans = new Orphans(Volume);
        IReadOnlyList<InodeNumber> found = OrphanList.Read(Volume);
        List<InodeRecord> records = [];
        for (int index = found.Count - 1; index >= 0; index--)
        {
            if (Volume.Inodes.Read(found[index]).TryGet(out InodeRecord? record, out _))
            {
                Orphans.Adopt(record);
                records.Add(record);
            }
        }

        foreach (InodeRecord record in records)
        {
            Result ended = record.LinkCount == 0
                ? Release(record, Now)
                : TruncateOrphan(record);
            if (!ended.IsOk)
            {
                return ended;
            }
        }

        return Result.Ok;
    }

    /// <summary>Gives back what an inode without names has, and the inode.</summary>
    /// <param name="record">The inode; nobody else uses it.</param>
    /// <param name="now">Its deletion time.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS the log was aborted: the inode stays an orphan. Damage throws FsException.</errors>
    /// <locks>Caller: nothing of rank 415 or deeper.</locks>
    internal Result Release(InodeRecord record, UnixTime now)
    {
        int credits = Volume.MapWriter!.StepCredits(record) + ReleaseCredits
            + Volume.XattrWriter!.CreditsFor(0);
        Result<MetadataHandle> started = Begin(credits);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Result removed = HasMap(record) ? RemoveBlocks(handle, record, 0, credits) : Result.Ok;
                if (!removed.IsOk)
                {
                    return removed;
                }

                Volume.XattrWriter.RemoveAll(handle, record);
                Orphans!.Remove(handle, record);
                record.LinkCount = 0;
                record.SizeBytes = 0;
                record.DeletionTime = (uint)long.Clamp(now.Seconds, 1, uint.MaxValue);
                Volume.Inodes.Store(handle, record);
                Volume.InodeAllocator!.Give(handle, record.Number, record.IsDirectory);
            }
            catch (FsException damage) when (NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    /// <summary>Damage, or a device that fails, was met while something was being changed: the superblock counts it.
    /// Unless its policy is to go on, nothing more is written; nor whatever the policy says when the handle has changed
    /// something, because half a change must not become durable. Always false, so that it can be an exception filter:
    /// then the log is aborted before the handle that met the damage stops.</summary>
    /// <param name="damage">What was met.</param>
    /// <param name="handle">Who met it.</param>
    /// <returns>False.</returns>
    internal bool NoteDamage(FsException damage, MetadataHandle handle)
    {
        _ = Interlocked.Increment(ref _errorCount);
        UnixTime now = Now;
        if (Interlocked.CompareExchange(ref _firstDamage, damage, null) is null)
        {
            _firstDamageTime = now;
        }

        _lastDamage = damage;
        _lastDamageTime = now;
        ErrorPolicy policy = Options.Errors ?? (ErrorPolicy)Volume.Super.Raw.ErrorPolicy.Value;
        if (policy != ErrorPolicy.Continue)
        {
            Log.Abort(damage.Error);
        }

        return handle.AbortIfChanged(damage.Error);
    }

    /// <inheritdoc/>
    protected override Result SyncMetadata(bool wait)
    {
        if (!CanWrite)
        {
            return Result.Ok;
        }

        Result stored = DirtyInodes.Flush();
        TransactionId running = Log.Running;
        if (!wait)
        {
            Log.RequestCommit(running);
            return stored;
        }

        bool needsFlush = Volume.MapSpace.TakeUnflushed();
        Result durable = Log.WaitDurable(running, needsFlush);
        if (needsFlush && !durable.IsOk)
        {
            Volume.MapSpace.NoteOverwrite();
        }

        return stored.IsOk ? durable : stored;
    }

    /// <inheritdoc/>
    protected override Result Settle() => CanWrite ? Leave() : Result.Ok;

    /// <inheritdoc/>
    protected override Result Unsettle() => CanWrite ? Enter(isMount: false) : Result.Ok;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (CanWrite)
        {
            DirtyInodes.Stop();

            // OK: nobody is left to hear of it; the caller of Sync was.
            _ = Leave();
            Log.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The superblock says from now on that the volume is being written.</summary>
    /// <param name="isMount">Whether it counts as a mount.</param>
    /// <returns>Success.</returns>
    /// <errors>What the device says.</errors>
    internal Result Enter(bool isMount)
    {
        UnixTime now = Now;
        bool hasJournal = Volume.Super.Has(FeatureCompat.HasJournal);
        bool hasOrphanFile = Volume.Super.Has(FeatureCompat.OrphanFile);
        try
        {
            Volume.SuperStore.WriteNow(Volume.Device, (ref SuperBlockDisk disk) =>
            {
                if (isMount)
                {
                    disk.MountCount = unchecked((ushort)(disk.MountCount + 1)); // OK: wraps as the kernel's does
                    disk.MountTime = (uint)(now.Seconds & uint.MaxValue);
                    disk.MountTimeHigh = (byte)((now.Seconds >> 32) & 0xFF);
                }

                if (hasJournal)
                {
                    disk.FeatureIncompat |= (uint)FeatureIncompat.NeedsRecovery;
                }
                else
                {
                    disk.State = (ushort)(disk.State & ~StateClean);
                }

                if (hasOrphanFile)
                {
                    disk.FeatureReadOnlyCompat |= (uint)FeatureReadOnlyCompat.OrphanPresent;
                }
            });
        }
        catch (FsException failure)
        {
            return failure.Error;
        }

        return Result.Ok;
    }

    // Everything is in its place and the superblock says so.
    private Result Leave()
    {
        Result settled = Log.Checkpoint();
        if (!settled.IsOk)
        {
            return settled;
        }

        UnixTime now = Now;
        try
        {
            Volume.SuperStore.WriteNow(Volume.Device, (ref SuperBlockDisk disk) => Finish(ref disk, now));
        }
        catch (FsException failure)
        {
            return failure.Error;
        }

        return Result.Ok;
    }

    private void Finish(ref SuperBlockDisk disk, UnixTime now)
    {
        ulong free = (ulong)Volume.Allocator!.FreeClusterCount * (ulong)Volume.Super.BlocksPerCluster;
        disk.FreeBlockCountLow = (uint)(free & uint.MaxValue);
        if (Volume.Super.Has(FeatureIncompat.SixtyFourBit))
        {
            disk.FreeBlockCountHigh = (uint)(free >> 32);
        }

        disk.FreeInodeCount = Volume.InodeAllocator!.FreeCount;
        disk.WriteTime = (uint)(now.Seconds & uint.MaxValue);
        disk.WriteTimeHigh = (byte)((now.Seconds >> 32) & 0xFF);
        disk.FeatureIncompat &= ~(uint)FeatureIncompat.NeedsRecovery;
        if (!Orphans!.HasAny)
        {
            disk.FeatureReadOnlyCompat &= ~(uint)FeatureReadOnlyCompat.OrphanPresent;
        }

        disk.State = (ushort)(disk.State | StateClean);
        NoteErrors(ref disk);
    }

    private void NoteErrors(ref SuperBlockDisk disk)
    {
        int count = Interlocked.Exchange(ref _errorCount, 0);
        if ((count == 0) || (_firstDamage is not FsException first) || (_lastDamage is not FsException last))
        {
            return;
        }

        disk.State = (ushort)(disk.State | ExtSuperBlock.StateErrors);
        if (disk.ErrorCount == 0)
        {
            disk.FirstErrorTime = (uint)(_firstDamageTime.Seconds & uint.MaxValue);
            disk.FirstErrorTimeHigh = (byte)((_firstDamageTime.Seconds >> 32) & 0xFF);
            disk.FirstErrorInode = (uint)(first.Error.Inode.Value & uint.MaxValue);
            disk.FirstErrorBlock = first.Error.Block.Value;
        }

        disk.ErrorCount = (uint)ulong.Min((ulong)disk.ErrorCount.Value + (ulong)count, uint.MaxValue);
        disk.LastErrorTime = (uint)(_lastDamageTime.Seconds & uint.MaxValue);
        disk.LastErrorTimeHigh = (byte)((_lastDamageTime.Seconds >> 32) & 0xFF);
        disk.LastErrorInode = (uint)(last.Error.Inode.Value & uint.MaxValue);
        disk.LastErrorBlock = last.Error.Block.Value;
    }

    private bool HasMap(InodeRecord record)
    {
        bool isFastLink = record.IsSymbolicLink && SymbolicLink.IsFast(Volume.Super, record);
        return (record.IsRegular || record.IsDirectory || record.IsSymbolicLink)
            && !isFastLink && !record.Has(ExtInodeFlags.InlineData);
    }

    // From the end; in as many transactions as it takes.
    private Result RemoveBlocks(MetadataHandle handle, InodeRecord record, ulong first, int credits)
    {
        bool isMetadata = !record.IsRegular || record.Has(ExtInodeFlags.EaInode);
        ulong end = Volume.MapWriter!.BlocksMax(record);
        while (true)
        {
            MapChange change = new(handle, record);
            Result<bool> removed = Volume.MapWriter.RemoveRange(change, first, ref end, isMetadata);
            if (!removed.TryGet(out bool isDone, out FsError error))
            {
                return error;
            }

            Volume.Inodes.Store(handle, record);
            if (isDone)
            {
                return handle.CreditsLeft >= ReleaseCredits || handle.TryExtend(credits)
                    ? Result.Ok
                    : handle.Restart(credits);
            }

            Result restarted = handle.TryExtend(credits) ? Result.Ok : handle.Restart(credits);
            if (!restarted.IsOk)
            {
                return restarted;
            }
        }
    }

    private Result TruncateOrphan(InodeRecord record)
    {
        int credits = Volume.MapWriter!.StepCredits(record) + ReleaseCredits;
        Result<MetadataHandle> started = Begin(credits);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                ulong first = (ulong)Bits.DivideRoundUp(record.SizeBytes, (long)Volume.Super.BlockSize);
                Result removed = HasMap(record) ? RemoveBlocks(handle, record, first, credits) : Result.Ok;
                if (removed.IsOk)
                {
                    Orphans!.Remove(handle, record);
                    Volume.Inodes.Store(handle, record);
                }

                return removed;
            }
            catch (FsException damage) when (NoteDamage(damage, handle))
            {
                throw;
            }
        }
    }
}
