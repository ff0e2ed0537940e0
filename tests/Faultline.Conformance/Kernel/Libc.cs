// The C library's calls by their own names: a reader looks them up in the manual.

using System.Runtime.InteropServices;
using Faultline.Abi;

namespace Faultline.Conformance.Kernel;

internal static unsafe partial class Libc
{
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int chdir(byte* path);

    [LibraryImport("libc")]
    internal static partial uint umask(uint mask);

    // For setresuid, setresgid and setgroups: the C library's own change every thread, the bare calls one.
    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int openat(int directory, byte* path, int flags, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int close(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int dup(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint read(int file, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pread(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readv(int file, IoVec* vectors, int count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint write(int file, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint pwrite(int file, byte* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint writev(int file, IoVec* vectors, int count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial long lseek(int file, long offset, int whence);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int truncate(byte* path, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ftruncate(int file, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fallocate(int file, int mode, long offset, long length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fdatasync(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int syncfs(int file);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint copy_file_range(
        int source, long* from, int target, long* to, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint splice(int source, long* from, int target, long* to, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint tee(int source, int target, nuint length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mkdir(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mknod(byte* path, uint mode, ulong device);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int linkat(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int symlink(byte* target, byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint readlink(byte* path, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unlink(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int rmdir(byte* path);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int renameat2(int fromDirectory, byte* from, int toDirectory, byte* to, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statx(int directory, byte* path, int flags, uint mask, byte* answer);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int chmod(byte* path, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchmod(int file, uint mode);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchownat(int directory, byte* path, uint uid, uint gid, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fchown(int file, uint uid, uint gid);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int utimensat(int directory, byte* path, SetTime* times, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int futimens(int file, SetTime* times);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int faccessat(int directory, byte* path, int mask, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int statfs(byte* path, byte* answer);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getdents64(int directory, byte* buffer, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setxattr(byte* path, byte* name, byte* value, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int lsetxattr(byte* path, byte* name, byte* value, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fsetxattr(int file, byte* name, byte* value, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint getxattr(byte* path, byte* name, byte* value, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint lgetxattr(byte* path, byte* name, byte* value, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint listxattr(byte* path, byte* names, nuint length);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int removexattr(byte* path, byte* name);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int flock(int file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int fcntl(int file, int command, nint argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int name_to_handle_at(int directory, byte* path, byte* handle, int* mount, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int open_by_handle_at(int mount, byte* handle, int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int ioctl(int file, nuint request, void* argument);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int mount(byte* source, byte* target, byte* type, nuint flags, void* data);

    [StructLayout(LayoutKind.Sequential)]
    internal struct IoVec
    {
        internal byte* Base;
        internal nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct FileLock
    {
        internal short Type;
        internal short Whence;
        internal long Start;
        internal long Length;
        internal int Process;
    }
}
