// A tree to compare.

using System.Collections.Generic;
using System.IO;

namespace Faultline.Cli.Diffing;

/// <summary>A tree to compare.</summary>
internal interface IDiffSide
{
    /// <summary>Whether trusted attributes are among those that are listed; Linux shows them to root alone.</summary>
    bool SeesTrusted { get; }

    /// <summary>All paths, from the top, with what is known of them; the top itself is the empty path.</summary>
    SortedDictionary<string, DiffItem> List();

    /// <summary>Opens a regular file.</summary>
    Stream Open(string path);
}
