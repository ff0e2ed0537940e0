// One name of a directory.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Tmpfs.Directories;

/// <summary>One name of a directory.</summary>
internal sealed class NameEntry(byte[] name, ulong cookie)
{
    internal readonly byte[] Name = name;
    internal readonly ulong Cookie = cookie;
    internal InodeNumber Inode; // guarded by the directory's inode lock
    internal FileType Type; // guarded by the directory's inode lock
    internal bool IsRemoved; // guarded by the directory's inode lock
}
