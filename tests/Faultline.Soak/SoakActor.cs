// One thread of the soak: it has a file open most of the time and does something to it, or to the names, at random.
//
// SoakActor.cs        choosing, files          SoakActor.Names.cs  names and attributes

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Soak;

internal sealed partial class SoakActor(SuperBlock volume, ulong seed, bool movesData) : IDisposable
{
    private readonly SoakBytes _bytes = new(movesData);
    private const long FileBytesMax = 4L << 20;
    private const int BufferBytes = 64 << 10;

    private readonly Prng _random = new(seed);
    private readonly Mount _mount = new(volume, Credentials.Root);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private OpenFile? _held;

    public void Dispose() => _held?.Dispose();

    /// <summary>Does one thing. What it answered, or EBADF when it wants a file and there is none.</summary>
    internal Errno Act(SoakOp operation)
    {
        if (operation is SoakOp.Create or SoakOp.Unnamed)
        {
            return Open(operation);
        }

        if (operation is (>= SoakOp.Write and <= SoakOp.Advise) or SoakOp.Lock)
        {
            if (_held is null)
            {
                _ = Open(SoakOp.Create);
                return Errno.EBADF; // this one did not happen
            }

            return ActOnFile(_held, operation);
        }

        return ActOnNames(operation);
    }

    /// <summary>The next thing to do.</summary>
    internal SoakOp Choose()
    {
        SoakOp operation = (SoakOp)_random.Below((long)SoakOp.Freeze + 1);
        bool isRare = operation is SoakOp.Freeze or SoakOp.SyncVolume;
        return isRare && !_random.OneIn(50) ? SoakOp.Write : operation;
    }

    private static Errno Outcome(Result result) => result.IsOk ? Errno.OK : result.Error.Errno;

    private static Errno Outcome<T>(Result<T> result) => result.IsOk ? Errno.OK : result.Error.Errno;

    private Errno Open(SoakOp operation)
    {
        OpenFlags flags = operation == SoakOp.Unnamed
            ? OpenFlags.O_TMPFILE | OpenFlags.O_RDWR
            : OpenFlags.O_CREAT | OpenFlags.O_RDWR;
        Result<OpenFile> opened = _mount.Open(operation == SoakOp.Unnamed ? Folder() : Name(), flags);
        if (opened.IsOk)
        {
            _held?.Dispose();
            _held = opened.Value;
        }

        return Outcome(opened);
    }

    private Errno ActOnFile(OpenFile file, SoakOp operation)
    {
        long position = _random.Below(FileBytesMax);
        int length = 1 + (int)_random.Below(BufferBytes);
        return operation switch
        {
            SoakOp.Write => Write(file, position, length),
            SoakOp.Append => Write(file, file.SizeBytes % FileBytesMax, length),
            SoakOp.Read => Read(file, position, length),
            SoakOp.MakeWritable => Store(file, position >> Folio.PageShift),
            SoakOp.TruncateDown => Outcome(file.Truncate(_random.Below(file.SizeBytes + 1))),
            SoakOp.TruncateUp => Outcome(file.Truncate(Math.Max(file.SizeBytes, position))),
            SoakOp.Allocate => Outcome(file.Fallocate(
                _random.OneIn(2) ? FallocateFlags.KeepSize : FallocateFlags.None, position, length)),
            SoakOp.Punch => Outcome(file.Fallocate(
                FallocateFlags.PunchHole | FallocateFlags.KeepSize, position, length * 8L)),
            SoakOp.Zero => Outcome(file.Fallocate(
                FallocateFlags.ZeroRange | FallocateFlags.KeepSize, position, length * 8L)),
            SoakOp.Collapse => Outcome(file.Fallocate(FallocateFlags.CollapseRange, 0, Folio.PageSize)),
            SoakOp.Insert => Outcome(file.Fallocate(FallocateFlags.InsertRange, 0, Folio.PageSize)),
            SoakOp.Copy => Copy(file, position, length),
            SoakOp.Seek => Outcome(_random.OneIn(2) ? file.SeekData(position) : file.SeekHole(position)),
            SoakOp.Fsync => Outcome(file.Sync(_random.OneIn(2))),
            SoakOp.Advise => Advise(file, position, length),
            _ => Lock(file),
        };
    }

    private Errno Write(OpenFile file, long position, int length)
    {
        Span<byte> bytes = _buffer.AsSpan(0, length);
        _bytes.Fill(position, bytes);
        return Outcome(file.Write(position, bytes));
    }

    private Errno Read(OpenFile file, long position, int length)
    {
        Result<int> read = file.Read(position, _buffer.AsSpan(0, length));
        if (!read.TryGet(out int count, out FsError error))
        {
            return error.Errno;
        }

        int wrong = _bytes.FirstWrong(position, _buffer.AsSpan(0, count));
        return wrong < 0
            ? Errno.OK
            : throw new InvalidOperationException($"inode {file.Inode.Number}: wrong byte at {position + wrong}");
    }

    // A store through a memory map. It may not reach behind the size: those bytes must stay zero.
    private Errno Store(OpenFile file, long page)
    {
        using FreezeGuard freeze = volume.Freeze.Enter(FreezeLevel.PageFault);
        Result<Folio> made = MakeWritable.Run(file.Inode, page);
        if (!made.TryGet(out Folio? folio, out FsError error))
        {
            return error.Errno;
        }

        long position = page << Folio.PageShift;
        if (position + Folio.PageSize <= file.SizeBytes)
        {
            _bytes.Fill(position, folio.Bytes((int)(position - folio.Position), Folio.PageSize));
        }

        folio.Unlock();
        folio.Put();
        return Errno.OK;
    }

    private Errno Copy(OpenFile file, long position, int length)
    {
        Result<OpenFile> opened = _mount.Open(Name(), OpenFlags.O_RDWR);
        if (!opened.TryGet(out OpenFile? target, out FsError error))
        {
            return error.Errno;
        }

        using (target)
        {
            return Outcome(file.CopyTo(position, target, position, length));
        }
    }

    private static Errno Advise(OpenFile file, long position, int length)
    {
        file.AdviseWillNeed(position, length);
        _ = file.AdviseDontNeed(position, length);
        return Errno.OK;
    }
}
