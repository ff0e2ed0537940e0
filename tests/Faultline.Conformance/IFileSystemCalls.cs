// The seam of the suite: Linux's calls on files, as a test makes them. Paths start at the root of the target. Each
// target implements it; the comments name the manual pages.

using System;
using System.Collections.Generic;

namespace Faultline.Conformance;

/// <summary>System calls on one file system, on somebody's behalf.</summary>
public interface IFileSystemCalls
{
    /// <summary>The same file system on somebody else's behalf. The umask is shared.</summary>
    IFileSystemCalls As(Caller caller);

    /// <summary>What the target of an absolute symbolic link begins with to stay inside: empty, or the
    /// host's path.</summary>
    string AbsolutePrefix { get; }

    /// <summary>umask(2): the value before.</summary>
    uint Umask(uint mask);

    // open(2), close(2), dup(2)
    Outcome<Handle> Open(FsPath path, int flags, uint mode = 0);

    Outcome<Handle> OpenAt(Handle directory, FsPath path, int flags, uint mode = 0);

    Outcome<long> Close(Handle file);

    Outcome<Handle> Dup(Handle file);

    // read(2), pread(2), readv(2), write(2), pwrite(2), writev(2), lseek(2)
    Outcome<long> Read(Handle file, Span<byte> buffer);

    Outcome<long> PRead(Handle file, Span<byte> buffer, long offset);

    Outcome<long> ReadV(Handle file, byte[][] buffers);

    Outcome<long> Write(Handle file, ReadOnlySpan<byte> bytes);

    Outcome<long> PWrite(Handle file, ReadOnlySpan<byte> bytes, long offset);

    Outcome<long> WriteV(Handle file, byte[][] buffers);

    Outcome<long> Seek(Handle file, long offset, int whence);

    // truncate(2), ftruncate(2), fallocate(2), fsync(2), fdatasync(2), sync(2), syncfs(2), copy_file_range(2)
    Outcome<long> Truncate(FsPath path, long length);

    Outcome<long> FTruncate(Handle file, long length);

    Outcome<long> Fallocate(Handle file, int mode, long offset, long length);

    Outcome<long> FSync(Handle file);

    Outcome<long> FDataSync(Handle file);

    Outcome<long> Sync();

    Outcome<long> SyncFs(Handle file);

    Outcome<long> CopyFileRange(Handle source, long? from, Handle target, long? to, long length);

    // pipe(2), splice(2), tee(2)
    Outcome<(Handle Reader, Handle Writer)> Pipe();

    Outcome<long> Splice(Handle source, long? from, Handle target, long? to, long length, int flags = 0);

    Outcome<long> Tee(Handle source, Handle target, long length, int flags = 0);

    // mkdir(2), mknod(2), link(2), symlink(2), readlink(2), unlink(2), rmdir(2), renameat2(2)
    Outcome<long> MkDir(FsPath path, uint mode = 0x1FF);

    Outcome<long> MkNod(FsPath path, uint mode, uint major = 0, uint minor = 0);

    Outcome<long> Link(FsPath existing, FsPath path, int flags = 0);

    Outcome<long> LinkHandle(Handle file, FsPath path);

    Outcome<long> SymLink(FsPath target, FsPath path);

    Outcome<string> ReadLink(FsPath path);

    Outcome<long> Unlink(FsPath path);

    Outcome<long> RmDir(FsPath path);

    Outcome<long> Rename(FsPath from, FsPath to, int flags = 0);

    // statx(2), chmod(2), chown(2), utimensat(2), faccessat(2), statfs(2)
    Outcome<StatData> Stat(FsPath path);

    Outcome<StatData> LStat(FsPath path);

    Outcome<StatData> FStat(Handle file);

    Outcome<long> ChMod(FsPath path, uint mode);

    Outcome<long> FChMod(Handle file, uint mode);

    Outcome<long> ChOwn(FsPath path, uint uid, uint gid);

    Outcome<long> LChOwn(FsPath path, uint uid, uint gid);

    Outcome<long> FChOwn(Handle file, uint uid, uint gid);

    Outcome<long> SetTimes(FsPath path, SetTime access, SetTime modify);

    Outcome<long> LSetTimes(FsPath path, SetTime access, SetTime modify);

    Outcome<long> FSetTimes(Handle file, SetTime access, SetTime modify);

    Outcome<long> Access(FsPath path, int mask);

    Outcome<StatFsData> StatFs(FsPath path);

    // getdents64(2)
    Outcome<IReadOnlyList<DirEntry>> GetDents(Handle directory, int bufferBytes = 32768);

    // setxattr(2), getxattr(2), listxattr(2), removexattr(2)
    Outcome<long> SetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0);

    Outcome<long> LSetXattr(FsPath path, FsPath name, ReadOnlySpan<byte> value, int flags = 0);

    Outcome<long> FSetXattr(Handle file, FsPath name, ReadOnlySpan<byte> value, int flags = 0);

    Outcome<long> GetXattr(FsPath path, FsPath name, Span<byte> value);

    Outcome<long> LGetXattr(FsPath path, FsPath name, Span<byte> value);

    Outcome<long> ListXattr(FsPath path, Span<byte> names);

    Outcome<long> RemoveXattr(FsPath path, FsPath name);

    // flock(2), fcntl(2) F_SETLK F_GETLK F_OFD_SETLK(W); length 0 is to the end
    Outcome<long> FLock(Handle file, int operation);

    Outcome<long> PosixLock(Handle file, int type, long start, long length);

    Outcome<(int Type, long Start, long Length)> GetPosixLock(Handle file, int type, long start, long length);

    Outcome<long> OfdLock(Handle file, int type, long start, long length, bool waits = false);

    // fcntl(2) F_SETFL: O_APPEND, O_DIRECT, O_NONBLOCK, O_NOATIME
    Outcome<long> SetStatusFlags(Handle file, int flags);

    Outcome<long> GetStatusFlags(Handle file);

    // name_to_handle_at(2), open_by_handle_at(2)
    Outcome<byte[]> NameToHandle(FsPath path);

    Outcome<Handle> OpenByHandle(byte[] handle, int flags);

    // ioctl(2) FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FIFREEZE, FITHAW
    Outcome<uint> GetFlags(Handle file);

    Outcome<long> SetFlags(Handle file, uint flags);

    Outcome<long> Freeze();

    Outcome<long> Thaw();

    // mount(2) MS_REMOUNT, on a file system of the test's own
    Outcome<long> Remount(bool isReadOnly);
}
