// docs/LOCKING.md shows the tables of the code, and the table keeps its own rules.

using System;
using System.IO;
using System.Linq;
using Faultline.Locking.Reporting;

namespace Faultline.Locking.Tests;

public sealed class DocumentTests
{
    private const string Marker = "<!-- generated -->\n";

    /// <summary>Goal: the document and the table agree. Method: compare all after the marker; with
    /// FAULTLINE_UPDATE_DOCS=1 rewrite it instead.</summary>
    [Fact]
    public void LockingDocument_ShowsTheTable()
    {
        string path = FindDocument();
        string text = File.ReadAllText(path);
        int start = text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        string expected = "\n" + HierarchyTable.Format();
        if (Environment.GetEnvironmentVariable("FAULTLINE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, string.Concat(text.AsSpan(0, start), expected));
            return;
        }

        Assert.Equal(expected, text.Substring(start));
    }

    /// <summary>Goal: the table is ordered by rank, and no name is used twice.</summary>
    [Fact]
    public void Classes_AreOrderedAndDistinct()
    {
        int[] ranks = [.. LockClasses.All.Select(each => each.Rank).Where(rank => rank != 0)];
        Assert.Equal(ranks.Order(), ranks);
        Assert.Equal(
            LockClasses.All.Count, LockClasses.All.Select(each => each.Name).Distinct().Count());
    }

    private static string FindDocument()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null)
        {
            string path = Path.Combine(directory.FullName, "docs", "LOCKING.md");
            if (File.Exists(path))
            {
                return path;
            }

            directory = directory.Parent;
        }

        throw new FileNotFoundException("docs/LOCKING.md");
    }
}
