// The system calls of Linux that reading a tree needs, and what they answer. Layouts are the same on every
// architecture.

using System.Runtime.InteropServices;

namespace Faultline.Building;

/// <summary>System calls by P/Invoke; each answers -1, or null, and sets errno on failure.</summary>
/// <source>openat(2), statx(2), readdir(3), readlinkat(2), listxattr(2), getxattr(2), lseek(2), pread(2)</source>
internal static unsafe partial class LinuxSourceCalls
{
    internal const int AtFdCwd = -100;
    internal const int AtSymlinkNoFollow = 0x100;
    internal const int OpenDirectoryFlags = 0x10000 | 0x20000 | 0x80000; // O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    internal const int NoFollow = 0x20000; // O_NOFOLLOW
    internal const int OpenPath = 0x200000; // O_PATH

    // O_NOCTTY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC
    internal const int OpenFileFlags = 0x100 | 0x800 | 0x20000 | 0x80000;
    internal const uint StatxBasic = 0x7FF;
    internal const int SeekData = 3;
    internal const int SeekHole = 4;
    internal const int DirentNameOffset = 19;
    internal const int PathBytesMax = 4096;

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int directory, byte* name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "close")]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int Statx(int directory, byte* name, int flags, uint mask, LinuxStatx* answer);

    [LibraryImport("libc", EntryPoint = "fdopendir", SetLastError = true)]
    internal static partial nint OpenStream(int descriptor);

    [LibraryImport("libc", EntryPoint = "readdir", SetLastError = true)]
    internal static partial byte* ReadStream(nint stream);

    [LibraryImport("libc", EntryPoint = "closedir")]
    internal static partial int CloseStream(nint stream);

    [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(int directory, byte* name, byte* target, nuint length);

    [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
    internal static partial nint ListXattrs(byte* path, byte* list, nuint length);

    [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
    internal static partial nint GetXattr(byte* path, byte* name, byte* value, nuint length);

    [LibraryImport("libc", EntryPoint = "listxattr", SetLastError = true)]
    internal static partial nint ListXattrsFollowed(byte* path, byte* list, nuint length);

    [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true)]
    internal static partial nint GetXattrFollowed(byte* path, byte* name, byte* value, nuint length);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long position, int whence);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static partial nint ReadAt(int descriptor, byte* bytes, nuint count, long position);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int descriptor);
}
