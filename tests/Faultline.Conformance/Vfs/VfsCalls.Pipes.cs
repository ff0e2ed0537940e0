// Pipes, splices, locks.

using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;
using Faultline.Vfs.Pipes;

namespace Faultline.Conformance.Vfs;

internal partial class VfsCalls
{
    public Outcome<(Handle Reader, Handle Writer)> Pipe()
    {
        Pipe pipe = new();
        PipeEnd reader = new(pipe, isReader: true);
        PipeEnd writer = new(pipe, isReader: false);
        process.Pipes.Add(reader);
        process.Pipes.Add(writer);
        return (reader, writer);
    }

    // Which of the two is the pipe, and that a pipe has no offset, is the system call's own business.
    public Outcome<long> Splice(Handle source, long? from, Handle target, long? to, long length, int flags = 0)
    {
        PipeMode mode = (flags & SPLICE_F_NONBLOCK) != 0 ? PipeMode.NonBlocking : PipeMode.Blocking;
        if ((source is PipeEnd && from is not null) || (target is PipeEnd && to is not null))
        {
            return ESPIPE;
        }

        int count = (int)length;
        switch (source, target)
        {
            case (VfsHandle file, PipeEnd pipe):
                return Moved(file, from, Value(() => Faultline.Vfs.Pipes.Splice.FromFile(
                    file.File.File, from ?? file.File.Position, pipe.Pipe, count, mode)));
            case (PipeEnd pipe, VfsHandle file):
                return Moved(file, to, Value(() => Faultline.Vfs.Pipes.Splice.ToFile(
                    pipe.Pipe, file.File.File, to ?? file.File.Position, count, mode)));
            case (PipeEnd first, PipeEnd second):
                Outcome<int> moved = Value(() => Faultline.Vfs.Pipes.Splice.Move(first.Pipe, second.Pipe, count, mode));
                return moved.Errno != OK ? moved.Errno : moved.Value;
            default:
                return EINVAL;
        }
    }

    public Outcome<long> Tee(Handle source, Handle target, long length, int flags = 0)
    {
        if (source is not PipeEnd first || target is not PipeEnd second)
        {
            return EINVAL;
        }

        PipeMode mode = (flags & SPLICE_F_NONBLOCK) != 0 ? PipeMode.NonBlocking : PipeMode.Blocking;
        Outcome<int> copied = Value(() =>
            Faultline.Vfs.Pipes.Splice.Tee(first.Pipe, second.Pipe, (int)length, mode));
        return copied.Errno != OK ? copied.Errno : copied.Value;
    }

    public Outcome<long> FLock(Handle file, int operation) => (operation & ~LOCK_NB) switch
    {
        LOCK_SH => FLock(file, AdvisoryLockType.Read, operation),
        LOCK_EX => FLock(file, AdvisoryLockType.Write, operation),
        LOCK_UN => FLock(file, AdvisoryLockType.Unlock, operation),
        _ => EINVAL,
    };

    public Outcome<long> PosixLock(Handle file, int type, long start, long length) => IsLockType(type)
        ? Done(() => File(file).SetLock(LockType(type), start, length))
        : EINVAL;

    public Outcome<(int Type, long Start, long Length)> GetPosixLock(Handle file, int type, long start, long length)
    {
        Outcome<AdvisoryLock?> found = Nullable(File(file), LockType(type), start, length);
        if (found.Errno != OK)
        {
            return found.Errno;
        }

        return found.Value is AdvisoryLock other
            ? (other.Type == AdvisoryLockType.Write ? F_WRLCK : F_RDLCK, other.Start,
                other.Last == long.MaxValue ? 0 : other.Last - other.Start + 1)
            : (F_UNLCK, start, length);
    }

    public Outcome<long> OfdLock(Handle file, int type, long start, long length, bool waits = false)
    {
        AdvisoryLockWait wait = waits ? AdvisoryLockWait.Wait : AdvisoryLockWait.Try;
        return IsLockType(type)
            ? Done(() => File(file).SetFileLock(LockType(type), start, length, wait))
            : EINVAL;
    }

    private Outcome<long> FLock(Handle file, AdvisoryLockType type, int operation) => Done(() =>
        File(file).Flock(type, (operation & LOCK_NB) != 0 ? AdvisoryLockWait.Try : AdvisoryLockWait.Wait));

    private static bool IsLockType(int type) => type is F_RDLCK or F_WRLCK or F_UNLCK;

    private static AdvisoryLockType LockType(int type) => type switch
    {
        F_RDLCK => AdvisoryLockType.Read,
        F_WRLCK => AdvisoryLockType.Write,
        _ => AdvisoryLockType.Unlock,
    };

    private static Outcome<AdvisoryLock?> Nullable(OpenFile file, AdvisoryLockType type, long start, long length)
    {
        Base.Result<AdvisoryLock?> tested = file.TestLock(type, start, length);
        return tested.IsOk ? new Outcome<AdvisoryLock?>(tested.Value, OK) : tested.Error.Errno;
    }

    private static Outcome<long> Moved(VfsHandle file, long? offset, Outcome<int> moved)
    {
        if (moved.Errno != OK)
        {
            return moved.Errno;
        }

        file.File.Position += offset is null ? moved.Value : 0;
        return moved.Value;
    }
}
