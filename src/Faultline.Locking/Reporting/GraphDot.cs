// Dependencies as a Graphviz graph.

using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>Formats edges as DOT: of one cycle, or of all that a validator has seen.</summary>
public static class GraphDot
{
    /// <summary>Formats edges.</summary>
    /// <param name="edges">For example <see cref="LockValidator.Edges"/>.</param>
    /// <returns>A digraph.</returns>
    public static string Format(IReadOnlyList<LockEdge> edges)
    {
        System.ArgumentNullException.ThrowIfNull(edges);
        StringBuilder text = new("digraph locks {\n  rankdir=LR;\n  node [shape=box];\n");
        foreach (LockEdge edge in edges)
        {
            _ = text.Append(
                CultureInfo.InvariantCulture,
                $"  \"{edge.From}\" -> \"{edge.To}\" [label=\"{edge.FromMode}/{edge.ToMode}\"];\n");
        }

        return text.Append("}\n").ToString();
    }
}
