// splice(2) and tee(2): bytes between files and pipes, by reference where they come from a file.
//
// Order: freeze level Write, pipe mutex (two by id), inode. Nobody waits for a pipe while holding any of them: who
// finds the pipe full or empty lets go and comes again, and who has moved something returns it.

using System;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Pipes;

/// <summary>Moving bytes between files and pipes.</summary>
/// <source>splice(2), tee(2)</source>
public static class Splice
{
    /// <summary>Puts bytes of a file into a pipe without copying them: the pipe refers to the file's pages.</summary>
    /// <param name="file">A regular file, open for reading.</param>
    /// <param name="position">File offset.</param>
    /// <param name="pipe">The pipe.</param>
    /// <param name="length">Bytes at most.</param>
    /// <param name="mode">Whether to wait while the pipe is full.</param>
    /// <returns>Bytes; 0 at the end of the file. Fewer than asked when the pipe was full.</returns>
    /// <errors>EBADF; EINVAL no regular file, or a negative position; EPIPE; EAGAIN; ENOMEM; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: nothing. Takes: pipe mutex; invalidate (Fill); folio.</locks>
    public static Result<int> FromFile(
        OpenFile file, long position, Pipe pipe, int length, PipeMode mode = PipeMode.Blocking)
    {
        Result<int> readable = file.MayRead();
        if (!readable.IsOk)
        {
            return readable;
        }

        if (position < 0)
        {
            return PipeReasons.SplicePosition;
        }

        if (!file.Inode.IsRegular || file.Inode.IomapOps is null)
        {
            return PipeReasons.SpliceNoData.At(file.Inode.Number);
        }

        Result<int> moved = length > 0 ? FillPipe(file.Inode, position, pipe, length, mode) : 0;
        file.TouchAccessed();
        return moved;
    }

    /// <summary>Writes bytes from a pipe to a file.</summary>
    /// <param name="pipe">The pipe.</param>
    /// <param name="file">A regular file, open for writing.</param>
    /// <param name="position">File offset.</param>
    /// <param name="length">Bytes at most.</param>
    /// <param name="mode">Whether to wait while the pipe is empty.</param>
    /// <returns>Bytes, as many as were in the pipe; 0 when it is empty and nobody writes to it.</returns>
    /// <errors>EBADF; EINVAL O_APPEND, or a negative position; EAGAIN; EFBIG; ENOSPC; EROFS; EIO.</errors>
    /// <locks>Caller: nothing. Takes: freeze level Write; pipe mutex; inode lock exclusive; what writing takes.</locks>
    public static Result<int> ToFile(
        Pipe pipe, OpenFile file, long position, int length, PipeMode mode = PipeMode.Blocking)
    {
        Result may = file.MayWriteAt(position);
        if (!may.IsOk)
        {
            return may.Error;
        }

        if ((file.Flags & Abi.OpenFlags.O_APPEND) != 0)
        {
            return PipeReasons.SpliceAppend;
        }

        while (length > 0)
        {
            Result<bool> ready = WaitForData(pipe, mode);
            if (!ready.TryGet(out bool hasData, out FsError error))
            {
                return error;
            }

            if (!hasData)
            {
                return 0;
            }

            Result<int> written = DrainPipe(pipe, file, position, length);
            if (!written.IsOk || written.Value > 0)
            {
                return written;
            }
        }

        return 0;
    }

    /// <summary>Shows bytes of one pipe in another as well; they stay in the first.</summary>
    /// <param name="source">Whose bytes.</param>
    /// <param name="target">Where they are shown, too.</param>
    /// <param name="length">Bytes at most.</param>
    /// <param name="mode">Whether to wait for data and room.</param>
    /// <returns>Bytes; 0 when the source is empty and nobody writes to it.</returns>
    /// <errors>EINVAL one pipe; EPIPE; EAGAIN.</errors>
    /// <locks>Caller: nothing. Takes: both mutexes, by id.</locks>
    /// <source>tee(2)</source>
    public static Result<int> Tee(Pipe source, Pipe target, int length, PipeMode mode = PipeMode.Blocking) =>
        BetweenPipes(source, target, length, mode, consumes: false);

    /// <summary>Moves bytes of one pipe to another.</summary>
    /// <param name="source">From where.</param>
    /// <param name="target">To where.</param>
    /// <param name="length">Bytes at most.</param>
    /// <param name="mode">Whether to wait for data and room.</param>
    /// <returns>As <see cref="Tee"/>.</returns>
    /// <errors>As <see cref="Tee"/>.</errors>
    /// <locks>As <see cref="Tee"/>.</locks>
    public static Result<int> Move(Pipe source, Pipe target, int length, PipeMode mode = PipeMode.Blocking) =>
        BetweenPipes(source, target, length, mode, consumes: true);

    private static Result<int> FillPipe(Inode inode, long position, Pipe pipe, int length, PipeMode mode)
    {
        while (true)
        {
            long version;
            using (MutexGuard guard = pipe.Acquire())
            {
                if (!pipe.HasReadersLocked)
                {
                    return PipeReasons.SpliceBroken;
                }

                if (pipe.FreeSlotsLocked > 0)
                {
                    Result<int> filled = FillPipeLocked(inode, position, pipe, length);
                    pipe.WakeAll();
                    return filled;
                }

                version = pipe.VersionLocked;
            }

            if (mode == PipeMode.NonBlocking)
            {
                return PipeReasons.SpliceFull;
            }

            pipe.WaitChanged(version);
        }
    }

    // Short when the pipe is full: the file is not held up by who does not read the pipe (SPL-05).
    private static Result<int> FillPipeLocked(Inode inode, long position, Pipe pipe, int length)
    {
        int done = 0;
        while (done < length && pipe.FreeSlotsLocked > 0 && position + done < inode.SizeBytes)
        {
            Result<Folio> read = FolioAt(inode, position + done, mayThrow: done == 0);
            if (!read.TryGet(out Folio? folio, out FsError error))
            {
                bool wasCut = position + done >= inode.SizeBytes;
                return done > 0 || wasCut ? done : error;
            }

            // The size after the bytes: what is beyond it is not the file's.
            int offset = (int)(position + done - folio.Position);
            long left = Math.Min(inode.SizeBytes - (position + done), length - done);
            int count = (int)Math.Min(folio.SizeBytes - offset, left);
            if (count <= 0)
            {
                folio.Put();
                break;
            }

            pipe.PushLocked(folio, offset, count);
            done += count;
        }

        return done;
    }

    // What is in the pipe already counts: damage behind it is an error like others, and the next call throws it.
    private static Result<Folio> FolioAt(Inode inode, long position, bool mayThrow)
    {
        try
        {
            return FolioAt(inode, position);
        }
        catch (FsException damage) when (!mayThrow)
        {
            return damage.Error;
        }
    }

    private static Result<Folio> FolioAt(Inode inode, long position)
    {
        Mapping mapping = inode.Mapping;
        long index = position >> Folio.PageShift;
        Folio? cached = mapping.GetFolio(index);
        if (cached is not null && cached.IsUptodate)
        {
            return cached;
        }

        cached?.Put();
        using InvalidateGuard guard = mapping.InvalidateLock.Acquire(InvalidateMode.Fill, index, index);
        return mapping.ReadFolio(index);
    }

    // True: there is something. False: there is nothing and never will be.
    private static Result<bool> WaitForData(Pipe pipe, PipeMode mode)
    {
        while (true)
        {
            long version;
            using (MutexGuard guard = pipe.Acquire())
            {
                if (pipe.UsedSlotsLocked > 0 || !pipe.HasWritersLocked)
                {
                    return pipe.UsedSlotsLocked > 0;
                }

                version = pipe.VersionLocked;
            }

            if (mode == PipeMode.NonBlocking)
            {
                return PipeReasons.SpliceEmpty;
            }

            pipe.WaitChanged(version);
        }
    }

    private static Result<int> DrainPipe(Pipe pipe, OpenFile file, long position, int length)
    {
        Inode inode = file.Inode;
        Result entered = inode.SuperBlock.Writeback.Throttle();
        FreezeGuard freeze = default;
        entered = entered.IsOk ? inode.SuperBlock.EnterWrite(out freeze) : entered;
        if (!entered.IsOk)
        {
            return entered.Error;
        }

        using (freeze)
        {
            int done = 0;
            Result<int> outcome = 0;
            using (MutexGuard guard = pipe.Acquire())
            {
                bool goesOn = true;
                while (goesOn && done < length && pipe.UsedSlotsLocked > 0)
                {
                    outcome = WriteBufferLocked(pipe, file, position + done, length - done, mayThrow: done == 0);
                    goesOn = outcome.IsOk && outcome.Value > 0;
                    done += outcome.IsOk ? outcome.Value : 0;
                }
            }

            pipe.WakeAll();
            return done > 0 ? done : outcome;
        }
    }

    // What was taken from the pipe already counts: damage is then an error like others, and the next call throws it.
    private static Result<int> WriteBufferLocked(Pipe pipe, OpenFile file, long position, int length, bool mayThrow)
    {
        ReadOnlySpan<byte> bytes = pipe.SlotLocked(0).Bytes;
        Result<int> written;
        try
        {
            written = file.WriteEntered(position, bytes.Slice(0, Math.Min(bytes.Length, length)));
        }
        catch (FsException damage) when (!mayThrow)
        {
            return damage.Error;
        }

        if (written.IsOk)
        {
            pipe.ConsumeLocked(written.Value);
        }

        return written;
    }

    private static Result<int> BetweenPipes(Pipe source, Pipe target, int length, PipeMode mode, bool consumes)
    {
        if (ReferenceEquals(source, target))
        {
            return PipeReasons.SamePipe;
        }

        while (length > 0)
        {
            Result<bool> ready = WaitForData(source, mode);
            if (!ready.TryGet(out bool hasData, out FsError error))
            {
                return error;
            }

            if (!hasData)
            {
                return 0;
            }

            Result<long> room = WaitForRoom(target, mode);
            if (!room.IsOk)
            {
                return room.Error;
            }

            int moved;
            Pipe first = source.Id < target.Id ? source : target;
            Pipe second = source.Id < target.Id ? target : source;
            using (MutexGuard firstGuard = first.Acquire())
            using (MutexGuard secondGuard = second.Acquire(subclass: 1))
            {
                moved = consumes
                    ? MoveLocked(source, target, length)
                    : ShowLocked(source, target, length);
            }

            source.WakeAll();
            target.WakeAll();
            if (moved > 0)
            {
                return moved;
            }
        }

        return 0;
    }

    private static Result<long> WaitForRoom(Pipe pipe, PipeMode mode)
    {
        while (true)
        {
            long version;
            using (MutexGuard guard = pipe.Acquire())
            {
                version = pipe.VersionLocked;
                if (!pipe.HasReadersLocked)
                {
                    return PipeReasons.TargetBroken;
                }

                if (pipe.FreeSlotsLocked > 0)
                {
                    return version;
                }
            }

            if (mode == PipeMode.NonBlocking)
            {
                return PipeReasons.TargetFull;
            }

            pipe.WaitChanged(version);
        }
    }

    private static int ShowLocked(Pipe source, Pipe target, int length)
    {
        int done = 0;
        for (int index = 0;
            index < source.UsedSlotsLocked && done < length && target.FreeSlotsLocked > 0 && target.HasReadersLocked;
            index++)
        {
            PipeBuffer buffer = source.SlotLocked(index);
            int count = Math.Min(buffer.Length, length - done);
            target.PushLocked(buffer.Duplicate(count));
            done += count;
        }

        return done;
    }

    private static int MoveLocked(Pipe source, Pipe target, int length)
    {
        int done = 0;
        while (source.UsedSlotsLocked > 0 && done < length && target.FreeSlotsLocked > 0 && target.HasReadersLocked)
        {
            PipeBuffer buffer = source.SlotLocked(0);
            int count = Math.Min(buffer.Length, length - done);
            target.PushLocked(buffer.Duplicate(count));
            source.ConsumeLocked(count);
            done += count;
        }

        return done;
    }
}
