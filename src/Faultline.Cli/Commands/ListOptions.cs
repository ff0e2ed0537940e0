// How to list.

namespace Faultline.Cli.Commands;

/// <summary>How to list.</summary>
/// <param name="IsLong">Mode, links, owner, size, time.</param>
/// <param name="IsRecursive">Directories below, too.</param>
/// <param name="ShowsInodes">Inode numbers.</param>
/// <param name="ListsItself">The directory itself.</param>
/// <param name="IsUnsorted">In the order of the disk.</param>
internal sealed record ListOptions(
    bool IsLong, bool IsRecursive, bool ShowsInodes, bool ListsItself, bool IsUnsorted);
