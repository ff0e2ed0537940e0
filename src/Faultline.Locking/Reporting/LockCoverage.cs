// Which declared orders were seen and which not: of one process, or summed over the files that all
// test processes left (LockdepOutput).

using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>The declared orders against those seen.</summary>
public sealed class LockCoverage
{
    private readonly HashSet<(string Outer, string Inner)> _seen;

    private LockCoverage(HashSet<(string Outer, string Inner)> seen, int reportCount)
    {
        _seen = seen;
        ReportCount = reportCount;
    }

    /// <summary>Reports in the files summed; 0 for edges of a live validator.</summary>
    public int ReportCount { get; }

    /// <summary>Declared and seen.</summary>
    public IReadOnlyList<DeclaredEdge> Seen => [.. DeclaredEdges.All.Where(IsSeen)];

    /// <summary>Declared and never seen, each with the reason why it may stay so.</summary>
    public IReadOnlyList<DeclaredEdge> Unseen =>
        [.. DeclaredEdges.All.Where(edge => !IsSeen(edge))];

    /// <summary>Seen between ranked classes without being declared (and not against the
    /// ranks).</summary>
    public IReadOnlyList<string> Undeclared => [.. _seen
        .Where(static pair => !DeclaredEdges.Contains(pair.Outer, pair.Inner))
        .Select(static pair => $"{pair.Outer} -> {pair.Inner}")
        .Order(System.StringComparer.Ordinal)];

    /// <summary>The coverage by some edges.</summary>
    /// <param name="edges">For example <see cref="LockValidator.Edges"/>.</param>
    /// <returns>The coverage.</returns>
    public static LockCoverage Of(IReadOnlyList<LockEdge> edges)
    {
        System.ArgumentNullException.ThrowIfNull(edges);
        HashSet<(string Outer, string Inner)> seen = [.. edges
            .Where(IsRanked)
            .Select(static edge => (edge.FromClass.Name, edge.ToClass.Name))];
        return new LockCoverage(seen, reportCount: 0);
    }

    /// <summary>The coverage by all processes that wrote into a directory.</summary>
    /// <param name="directory">What FAULTLINE_LOCKDEP_OUT named.</param>
    /// <returns>The coverage.</returns>
    public static LockCoverage FromDirectory(string directory)
    {
        HashSet<(string Outer, string Inner)> seen = [];
        int reports = 0;
        foreach (string file in Directory.EnumerateFiles(directory, "lockdep-*.json"))
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllText(file));
            reports += document.RootElement.GetProperty("reports").GetArrayLength();
            foreach (JsonElement edge in document.RootElement.GetProperty("edges").EnumerateArray())
            {
                string outer = edge.GetProperty("fromClass").GetString() ?? string.Empty;
                string inner = edge.GetProperty("toClass").GetString() ?? string.Empty;
                if (IsRanked(outer) && IsRanked(inner) && outer != inner)
                {
                    _ = seen.Add((outer, inner));
                }
            }
        }

        return new LockCoverage(seen, reports);
    }

    /// <summary>The coverage as text: counts, then unseen with reasons, then undeclared.</summary>
    /// <returns>Lines.</returns>
    public string ToText()
    {
        StringBuilder text = new();
        _ = text.Append(
            CultureInfo.InvariantCulture,
            $"declared {DeclaredEdges.All.Count}, seen {Seen.Count}, reports {ReportCount}\n");
        foreach (DeclaredEdge edge in Unseen)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"unseen {edge}: {edge.Reason}\n");
        }

        foreach (string edge in Undeclared)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"undeclared {edge}\n");
        }

        return text.ToString();
    }

    private static bool IsRanked(LockEdge edge) =>
        !ReferenceEquals(edge.FromClass, edge.ToClass)
        && IsRanked(edge.FromClass.Name) && IsRanked(edge.ToClass.Name);

    private static bool IsRanked(string name) =>
        LockClasses.All.Any(each => each.Name == name && each.Rank != 0);

    private bool IsSeen(DeclaredEdge edge) => _seen.Contains((edge.Outer.Name, edge.Inner.Name));
}
