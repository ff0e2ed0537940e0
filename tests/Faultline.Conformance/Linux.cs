// Numbers of Linux's system calls, in Linux's spelling: tests read as the manual pages do. Plain integers, because
// tests also pass what no enumeration holds. Values of x86-64 and arm64 where not said otherwise.

namespace Faultline.Conformance;

internal static class Linux
{
    internal const int O_RDONLY = 0;
    internal const int O_WRONLY = 0x1;
    internal const int O_RDWR = 0x2;
    internal const int O_CREAT = 0x40;
    internal const int O_EXCL = 0x80;
    internal const int O_TRUNC = 0x200;
    internal const int O_APPEND = 0x400;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_DSYNC = 0x1000;
    internal const int O_DIRECT = 0x4000; // x86-64
    internal const int O_DIRECTORY = 0x10000; // x86-64
    internal const int O_NOFOLLOW = 0x20000; // x86-64
    internal const int O_NOATIME = 0x40000;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_SYNC = 0x101000;
    internal const int O_PATH = 0x200000;
    internal const int O_TMPFILE = 0x400000 | O_DIRECTORY;

    internal const int SEEK_SET = 0;
    internal const int SEEK_CUR = 1;
    internal const int SEEK_END = 2;
    internal const int SEEK_DATA = 3;
    internal const int SEEK_HOLE = 4;

    internal const int FALLOC_FL_KEEP_SIZE = 1;
    internal const int FALLOC_FL_PUNCH_HOLE = 2;
    internal const int FALLOC_FL_COLLAPSE_RANGE = 8;
    internal const int FALLOC_FL_ZERO_RANGE = 0x10;
    internal const int FALLOC_FL_INSERT_RANGE = 0x20;
    internal const int FALLOC_FL_UNSHARE_RANGE = 0x40;

    internal const int RENAME_NOREPLACE = 1;
    internal const int RENAME_EXCHANGE = 2;
    internal const int RENAME_WHITEOUT = 4;

    internal const int AT_SYMLINK_FOLLOW = 0x400;

    internal const int R_OK = 4;
    internal const int W_OK = 2;
    internal const int X_OK = 1;
    internal const int F_OK = 0;

    internal const int XATTR_CREATE = 1;
    internal const int XATTR_REPLACE = 2;

    internal const int LOCK_SH = 1;
    internal const int LOCK_EX = 2;
    internal const int LOCK_NB = 4;
    internal const int LOCK_UN = 8;

    internal const int F_RDLCK = 0;
    internal const int F_WRLCK = 1;
    internal const int F_UNLCK = 2;

    internal const int SPLICE_F_NONBLOCK = 2;

    internal const uint FS_SYNC_FL = 0x8;
    internal const uint FS_IMMUTABLE_FL = 0x10;
    internal const uint FS_APPEND_FL = 0x20;
    internal const uint FS_NODUMP_FL = 0x40;
    internal const uint FS_NOATIME_FL = 0x80;

    internal const uint S_IFMT = 0xF000;
    internal const uint S_IFSOCK = 0xC000;
    internal const uint S_IFLNK = 0xA000;
    internal const uint S_IFREG = 0x8000;
    internal const uint S_IFBLK = 0x6000;
    internal const uint S_IFDIR = 0x4000;
    internal const uint S_IFCHR = 0x2000;
    internal const uint S_IFIFO = 0x1000;
    internal const uint S_ISUID = 0x800;
    internal const uint S_ISGID = 0x400;
    internal const uint S_ISVTX = 0x200;

    internal const ulong STATX_ATTR_IMMUTABLE = 0x10;
    internal const ulong STATX_ATTR_APPEND = 0x20;
    internal const ulong STATX_ATTR_NODUMP = 0x40;
}
