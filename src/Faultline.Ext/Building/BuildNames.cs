// The names of a directory that is going to be in a new volume.

using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;

namespace Faultline.Ext.Building;

/// <summary>The names of a directory.</summary>
public sealed class BuildNames
{
    private readonly Dictionary<ReadOnlyMemory<byte>, BuildNode> _nodes = new(NameComparer.Instance);
    private (ReadOnlyMemory<byte> Name, BuildNode Node)[]? _sorted;

    /// <summary>Number of names.</summary>
    public int Count => _nodes.Count;

    /// <summary>Finds a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="node">What it names.</param>
    /// <returns>False when there is no such name.</returns>
    public bool TryGet(ReadOnlyMemory<byte> name, [NotNullWhen(true)] out BuildNode? node) =>
        _nodes.TryGetValue(name, out node);

    /// <summary>Enters a name, or makes it name something else.</summary>
    /// <param name="name">The name: one component; not to be changed any more.</param>
    /// <param name="node">What it names.</param>
    public void Set(ReadOnlyMemory<byte> name, BuildNode node)
    {
        _nodes[name] = node;
        _sorted = null;
    }

    /// <summary>Removes a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>False when there was no such name.</returns>
    public bool Remove(ReadOnlyMemory<byte> name)
    {
        _sorted = null;
        return _nodes.Remove(name);
    }

    /// <summary>All names in the order of their bytes.</summary>
    /// <returns>Names and what they name.</returns>
    public IReadOnlyList<(ReadOnlyMemory<byte> Name, BuildNode Node)> Sorted() => SortedArray();

    internal (ReadOnlyMemory<byte> Name, BuildNode Node)[] SortedArray()
    {
        if (_sorted is null)
        {
            _sorted = new (ReadOnlyMemory<byte> Name, BuildNode Node)[_nodes.Count];
            int at = 0;
            foreach ((ReadOnlyMemory<byte> name, BuildNode node) in _nodes)
            {
                _sorted[at] = (name, node);
                at++;
            }

            Array.Sort(_sorted, static (left, right) => left.Name.Span.SequenceCompareTo(right.Name.Span));
        }

        return _sorted;
    }
}
