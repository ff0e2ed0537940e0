// A tree, and the size of the volume that it goes into: everything is decided, nothing is written.

using System.Collections.Generic;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>A tree and the size of its volume.</summary>
public sealed class BuildPlan
{
    internal BuildPlan(NumberedTree tree, FormatOptions options)
    {
        Tree = tree;
        Options = options;
    }

    /// <summary>Bytes of the volume.</summary>
    public long SizeBytes => Options.SizeBytes ?? 0;

    /// <summary>Nodes of the tree.</summary>
    public int NodeCount => Tree.Nodes.Count;

    /// <summary>Bytes that will be written for the contents.</summary>
    public long ContentBytes { get; internal init; }

    /// <summary>Where the size comes from: what takes how many bytes, in order.</summary>
    public IReadOnlyList<(string What, long Bytes)> Parts { get; internal init; } = [];

    /// <summary>What was decided otherwise than asked for, in words.</summary>
    public IReadOnlyList<string> Notes { get; internal init; } = [];

    /// <summary>The plan with one more note.</summary>
    /// <param name="note">The note.</param>
    /// <returns>The plan.</returns>
    internal BuildPlan With(string note) => new(Tree, Options)
    {
        ContentBytes = ContentBytes,
        Parts = Parts,
        Notes = [.. Notes, note],
    };

    internal NumberedTree Tree { get; }

    internal FormatOptions Options { get; }
}
