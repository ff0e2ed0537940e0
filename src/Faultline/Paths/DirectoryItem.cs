// One name of a directory.

using Faultline.Abi;

namespace Faultline.Paths;

/// <summary>One name of a directory, as the directory itself records it: no inode was read.</summary>
/// <param name="Name">The name.</param>
/// <param name="Inode">Number of the inode.</param>
/// <param name="Type">Its type, or Unknown where the directory does not record types.</param>
public readonly record struct DirectoryItem(UnixPath Name, ulong Inode, FileType Type);
