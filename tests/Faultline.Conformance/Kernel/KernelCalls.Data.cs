// Descriptors and data.

using System;
using System.Linq;
using System.Runtime.InteropServices;

namespace Faultline.Conformance.Kernel;

internal sealed unsafe partial class KernelCalls
{
    private const int GetStatus = 3; // F_GETFL
    private const int SetStatus = 4; // F_SETFL
    private const int GetLock = 5; // F_GETLK
    private const int SetLock = 6; // F_SETLK
    private const int SetOfdLock = 37; // F_OFD_SETLK
    private const int SetOfdLockWait = 38; // F_OFD_SETLKW

    public Outcome<Handle> Open(FsPath path, int flags, uint mode = 0)
    {
        fixed (byte* text = Text(path))
        {
            using Scope scope = Enter();
            return Opened(Libc.openat(AtFdCwd, text, flags | O_CLOEXEC, mode));
        }
    }

    public Outcome<Handle> OpenAt(Handle directory, FsPath path, int flags, uint mode = 0)
    {
        fixed (byte* text = Raw(path))
        {
            using Scope scope = Enter();
            return Opened(Libc.openat(Fd(directory), text, flags | O_CLOEXEC, mode));
        }
    }

    public Outcome<long> Close(Handle file)
    {
        _ = _open.TryRemove(Fd(file), out _);
        return Answer(Libc.close(Fd(file)));
    }

    public Outcome<Handle> Dup(Handle file) => Opened(Libc.dup(Fd(file)));

    public Outcome<long> Read(Handle file, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            using Scope scope = Enter();
            return Answer(Libc.read(Fd(file), bytes, (nuint)buffer.Length));
        }
    }

    public Outcome<long> PRead(Handle file, Span<byte> buffer, long offset)
    {
        fixed (byte* bytes = buffer)
        {
            using Scope scope = Enter();
            return Answer(Libc.pread(Fd(file), bytes, (nuint)buffer.Length, offset));
        }
    }

    public Outcome<long> ReadV(Handle file, byte[][] buffers) =>
        Vectored(buffers, (vectors, count) => Libc.readv(Fd(file), (Libc.IoVec*)vectors, count));

    public Outcome<long> Write(Handle file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* text = bytes)
        {
            using Scope scope = Enter();
            return Answer(Libc.write(Fd(file), text, (nuint)bytes.Length));
        }
    }

    public Outcome<long> PWrite(Handle file, ReadOnlySpan<byte> bytes, long offset)
    {
        fixed (byte* text = bytes)
        {
            using Scope scope = Enter();
            return Answer(Libc.pwrite(Fd(file), text, (nuint)bytes.Length, offset));
        }
    }

    public Outcome<long> WriteV(Handle file, byte[][] buffers) =>
        Vectored(buffers, (vectors, count) => Libc.writev(Fd(file), (Libc.IoVec*)vectors, count));

    public Outcome<long> Seek(Handle file, long offset, int whence) => Answer(Libc.lseek(Fd(file), offset, whence));

    public Outcome<long> Truncate(FsPath path, long length)
    {
        fixed (byte* text = Text(path))
        {
            using Scope scope = Enter();
            return Answer(Libc.truncate(text, length));
        }
    }

    public Outcome<long> FTruncate(Handle file, long length)
    {
        using Scope scope = Enter();
        return Answer(Libc.ftruncate(Fd(file), length));
    }

    public Outcome<long> Fallocate(Handle file, int mode, long offset, long length)
    {
        using Scope scope = Enter();
        return Answer(Libc.fallocate(Fd(file), mode, offset, length));
    }

    public Outcome<long> FSync(Handle file) => Answer(Libc.fsync(Fd(file)));

    public Outcome<long> FDataSync(Handle file) => Answer(Libc.fdatasync(Fd(file)));

    // The whole machine's sync(2) would time other people's disks: this is the one file system's.
    public Outcome<long> Sync()
    {
        Outcome<Handle> root = Open("/", O_RDONLY | O_DIRECTORY);
        Outcome<long> synced = SyncFs(root.Ok());
        Close(root.Value);
        return synced;
    }

    public Outcome<long> SyncFs(Handle file) => Answer(Libc.syncfs(Fd(file)));

    public Outcome<long> CopyFileRange(Handle source, long? from, Handle target, long? to, long length)
    {
        long start = from ?? 0;
        long end = to ?? 0;
        using Scope scope = Enter();
        return Answer(Libc.copy_file_range(
            Fd(source), from is null ? null : &start, Fd(target), to is null ? null : &end, (nuint)length, 0));
    }

    public Outcome<(Handle Reader, Handle Writer)> Pipe()
    {
        int* ends = stackalloc int[2];
        if (Libc.pipe2(ends, O_CLOEXEC) < 0)
        {
            return Libc.LastError;
        }

        return (Opened(ends[0]).Ok(), Opened(ends[1]).Ok());
    }

    public Outcome<long> Splice(Handle source, long? from, Handle target, long? to, long length, int flags = 0)
    {
        long start = from ?? 0;
        long end = to ?? 0;
        long* first = from is null ? null : &start;
        long* second = to is null ? null : &end;
        return Answer(Libc.splice(Fd(source), first, Fd(target), second, (nuint)length, (uint)flags));
    }

    public Outcome<long> Tee(Handle source, Handle target, long length, int flags = 0) =>
        Answer(Libc.tee(Fd(source), Fd(target), (nuint)length, (uint)flags));

    public Outcome<long> FLock(Handle file, int operation) => Answer(Libc.flock(Fd(file), operation));

    public Outcome<long> PosixLock(Handle file, int type, long start, long length)
    {
        Libc.FileLock wanted = new() { Type = (short)type, Start = start, Length = length };
        return Answer(Libc.fcntl(Fd(file), SetLock, (nint)(&wanted)));
    }

    public Outcome<(int Type, long Start, long Length)> GetPosixLock(Handle file, int type, long start, long length)
    {
        Libc.FileLock wanted = new() { Type = (short)type, Start = start, Length = length };
        return Libc.fcntl(Fd(file), GetLock, (nint)(&wanted)) < 0
            ? Libc.LastError
            : ((int)wanted.Type, wanted.Start, wanted.Length);
    }

    public Outcome<long> OfdLock(Handle file, int type, long start, long length, bool waits = false)
    {
        Libc.FileLock wanted = new() { Type = (short)type, Start = start, Length = length };
        return Answer(Libc.fcntl(Fd(file), waits ? SetOfdLockWait : SetOfdLock, (nint)(&wanted)));
    }

    public Outcome<long> SetStatusFlags(Handle file, int flags)
    {
        using Scope scope = Enter();
        return Answer(Libc.fcntl(Fd(file), SetStatus, flags));
    }

    public Outcome<long> GetStatusFlags(Handle file) => Answer(Libc.fcntl(Fd(file), GetStatus, 0));

    private Outcome<long> Vectored(byte[][] buffers, Func<nint, int, nint> call)
    {
        GCHandle[] pins = [.. buffers.Select(static buffer => GCHandle.Alloc(buffer, GCHandleType.Pinned))];
        Libc.IoVec[] vectors = [.. buffers.Select((buffer, index) => new Libc.IoVec
        {
            Base = (byte*)pins[index].AddrOfPinnedObject(),
            Length = (nuint)buffer.Length,
        })];
        fixed (Libc.IoVec* first = vectors)
        {
            using Scope scope = Enter();
            Outcome<long> outcome = Answer(call((nint)first, vectors.Length));
            foreach (GCHandle pin in pins)
            {
                pin.Free();
            }

            return outcome;
        }
    }
}
