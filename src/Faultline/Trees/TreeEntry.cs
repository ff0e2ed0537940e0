// One inode met while walking a tree.

using Faultline.Paths;
using Faultline.Vfs.Inodes;

namespace Faultline.Trees;

/// <summary>One inode met while walking a tree.</summary>
/// <param name="Path">Path from the start of the walk, without a leading slash; empty for the start itself.</param>
/// <param name="Depth">0 for the start, 1 for what lies in it, and so on.</param>
/// <param name="Stat">Inode number and attributes.</param>
/// <param name="Event">Whether a directory is entered or left; others are visited once.</param>
public readonly record struct TreeEntry(UnixPath Path, int Depth, InodeStat Stat, TreeEvent Event);
