// Where a directory stands in the tree.

namespace Faultline.Vfs.Inodes;

/// <summary>Parent and name of a directory: one immutable pair, replaced as a whole when the directory moves, so that
/// nobody sees the parent of one place with the name of another.</summary>
/// <param name="parent">The parent, pinned by the directory as long as this is its place.</param>
/// <param name="name">The name's bytes.</param>
internal sealed class DirectoryPlace(Inode parent, byte[] name)
{
    internal Inode Parent { get; } = parent;

    internal byte[] Name { get; } = name;
}
