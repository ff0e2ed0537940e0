// A name's inode in the model.

using System.Collections.Generic;
using Faultline.Abi;

namespace Faultline.Lab.Crash;

/// <summary>An inode of the model.</summary>
/// <param name="mode">Type and permissions.</param>
internal sealed class TreeNode(uint mode)
{
    /// <summary>Type and permissions.</summary>
    internal uint Mode { get; set; } = mode;

    /// <summary>Owner.</summary>
    internal uint Uid { get; set; }

    /// <summary>Group.</summary>
    internal uint Gid { get; set; }

    /// <summary>Names of it; of a directory as stat(2) counts.</summary>
    internal int Links { get; set; }

    /// <summary>Target of a symbolic link.</summary>
    internal string Target { get; init; } = "";

    /// <summary>Extended attributes.</summary>
    internal SortedDictionary<string, byte[]> Attributes { get; } = [];

    /// <summary>What is in a directory.</summary>
    internal SortedDictionary<string, TreeNode> Names { get; } = new(System.StringComparer.Ordinal);

    /// <summary>History of a regular file's data.</summary>
    internal FileHistory? File { get; init; }

    /// <summary>The last tree that changed the inode or a name of it; of a directory, a name in it.</summary>
    internal int LastTree { get; set; }

    /// <summary>The tree in which it appeared.</summary>
    internal int FirstTree { get; set; }

    internal bool IsDirectory => (Mode & ModeBits.S_IFMT) == ModeBits.S_IFDIR;
}
