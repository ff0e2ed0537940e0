// Writeback of one file.
//
// A pass goes through the dirty folios once, ascending, and never wraps. It locks one folio at a time, asks the
// driver where
// each dirty run goes (which chooses blocks in memory), marks the folio as under writeback, unlocks it, and
// sends the transfer
// when it is as long as it gets. A sync first tags what is dirty, so that a writer who goes on cannot keep it
// busy for ever
// (WB-07), and waits in the end.
//
// Rules (DESIGN 2): it blocks on a folio lock or on writeback only with its own transfers sent (8); the end of a
// file on disk
// never passes a block that is overwritten in place before that block is written (2); no lock is held across a
// transfer.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Index;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Writing;

/// <summary>Writeback of one file.</summary>
public static class WritePages
{
    private const long AllocationBytesMax = 128L << 20;

    /// <summary>Writes dirty folios.</summary>
    /// <param name="file">The file.</param>
    /// <param name="control">Which, and how hard.</param>
    /// <returns>Success; for a sync also that everything that was dirty is on the device. The first error
    /// otherwise; it is
    /// in the mapping's error sequence, too, and what could not be written is still dirty.</returns>
    /// <errors>EIO and what else the device says; damage is reported as its errno.</errors>
    /// <locks>Caller: no folio lock, nothing at rank 360 or deeper. Takes: folio, one at a time; block map; waits for
    /// writeback when it is a sync.</locks>
    public static Result Run(IIomapFile file, in WritebackControl control)
    {
        Mapping mapping = file.Mapping;
        if (mapping.IsStorage || (mapping.DirtyBytes == 0 && mapping.Domain is null))
        {
            return Result.Ok;
        }

        bool isSync = control.Reason == WritebackReason.Sync;
        long before = mapping.Errors.Sample();
        if (mapping.DirtyBytes > 0)
        {
            if (isSync)
            {
                mapping.TagDirtyToWrite(control.First, control.Last);
            }

            Pass(file, control, isSync ? FolioTag.ToWrite : FolioTag.Dirty);
        }

        if (isSync)
        {
            mapping.WaitWriteback(control.First, control.Last);
            mapping.Domain?.IoEnds.ThrowIfBroken();
        }

        Errno failed = mapping.Errors.Since(before);
        return failed == Errno.OK ? Result.Ok : IomapReasons.WritebackFailed.With($"{failed}");
    }

    /// <summary>Before the size on disk passes its block: writes the block at the present end on disk, if it is
    /// dirty, and
    /// waits until it is there.</summary>
    /// <param name="file">The file.</param>
    /// <param name="batch">What the caller has collected: in ascending order, so that its own pieces of that block are
    /// on the device before, and it must not wait for itself.</param>
    internal static void CleanEndOfFile(IIomapFile file, WriteBatch batch)
    {
        long diskSize = file.Writer.DiskSizeBytes;
        if (diskSize == 0 || diskSize % file.Writer.BlockSizeBytes == 0)
        {
            return;
        }

        long page = (diskSize - 1) >> Folio.PageShift;
        Folio? folio = file.Mapping.GetFolio(page);
        if (folio is null)
        {
            return;
        }

        bool mustWait = !batch.Owns(folio) && (folio.IsDirty || folio.IsWriteback);
        folio.Put();
        if (mustWait)
        {
            Pass(file, new WritebackControl(WritebackReason.Sync, page, page), FolioTag.Dirty);
            file.Mapping.WaitWriteback(page, page);
        }
    }

    private static void Pass(IIomapFile file, in WritebackControl control, FolioTag tag)
    {
        Mapping mapping = file.Mapping;
        WritebackDomain domain = mapping.Domain!;
        bool waits = control.Reason == WritebackReason.Sync;
        WriteBatch batch = new(file);
        long index = control.First;
        while (index <= control.Last && mapping.NextTagged(index, control.Last, tag) is Folio folio)
        {
            index = Math.Max(index + 1, folio.Index + folio.PageCount);
            if (!LockStable(folio, batch, domain, waits))
            {
                folio.Put();
                continue;
            }

            WriteFolio(file, mapping, folio, batch);
            folio.Unlock();
            folio.Put();
            if (batch.IsFull)
            {
                batch.SendReady(domain);
            }
        }

        batch.SendAll(domain);
    }

    // Locked and not under writeback. False when that cannot be had without waiting, and the pass does not wait.
    private static bool LockStable(Folio folio, WriteBatch batch, WritebackDomain domain, bool waits)
    {
        while (true)
        {
            if (waits && (folio.IsWriteback || folio.IsLocked))
            {
                batch.SendAll(domain);
                folio.WaitWriteback();
                folio.Lock();
            }
            else if (!folio.TryLock())
            {
                if (!waits)
                {
                    return false;
                }

                continue;
            }

            if (!folio.IsWriteback)
            {
                return true;
            }

            folio.Unlock();
            if (!waits)
            {
                return false;
            }
        }
    }

    private static void WriteFolio(IIomapFile file, Mapping mapping, Folio folio, WriteBatch batch)
    {
        if (!ReferenceEquals(folio.Mapping, mapping))
        {
            return;
        }

        long size = file.SizeBytes;
        bool isBeyondEnd = folio.Position >= size;
        if (!folio.IsDirty || isBeyondEnd)
        {
            mapping.ClearToWrite(folio);
            return;
        }

        Scheduler.SyncPoint("wb.folio_locked");
        if (size - folio.Position < folio.SizeBytes)
        {
            // A store through a memory map may have left something behind the end of the file.
            folio.Bytes((int)(size - folio.Position), folio.SizeBytes - (int)(size - folio.Position)).Clear();
        }

        long end = Math.Min(
            folio.Position + folio.SizeBytes, Bits.AlignUp(size, file.Writer.BlockSizeBytes));
        mapping.StartWriteback(folio);
        TakeRuns(file, mapping, folio, end, batch);
        mapping.EndWriteback(folio, 0, 0, failed: false);
    }

    private static void TakeRuns(IIomapFile file, Mapping mapping, Folio folio, long end, WriteBatch batch)
    {
        int offset = 0;
        while (folio.NextDirtyRun(ref offset, out int length) && folio.Position + offset < end)
        {
            long position = folio.Position + offset;
            length = (int)Math.Min(length, end - position);
            long wanted = mapping.DirtyExtent(position, AllocationBytesMax);
            if (!TryMap(file, position, wanted, out Iomap iomap))
            {
                return;
            }

            int take = (int)Math.Min(length, iomap.End - position);
            bool changesMap = iomap.Type == IomapType.Unwritten || (iomap.Flags & IomapFlags.New) != 0;
            mapping.TakeDirty(folio, offset, take);
            batch.Add(
                position, iomap.Address + (position - iomap.Position), changesMap, new WritePiece(folio, offset, take));
            offset += take;
        }
    }

    // What has no place stays dirty, and the error is told to whoever syncs.
    private static bool TryMap(IIomapFile file, long position, long wanted, out Iomap iomap)
    {
        Errno failure;
        iomap = default;
        try
        {
            Result mapped = file.Writer.MapWriteback(position, wanted, out iomap);
            if (mapped.IsOk)
            {
                Check.That(iomap.Position <= position && iomap.End > position);
                return true;
            }

            failure = mapped.Error.Errno;
        }
        catch (FsException damage)
        {
            failure = damage.Error.Errno;
        }

        file.Mapping.Errors.Record(failure);
        file.Mapping.Domain?.NoteFailure();
        return false;
    }
}
