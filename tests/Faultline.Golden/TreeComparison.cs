// Walks a volume beside what a judge shows of it: every path, and every fact of every inode.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Walk;

namespace Faultline.Golden;

internal sealed class TreeComparison(FileSystem volume, JudgedTree judged)
{
    private const int ShownMax = 20;
    private const int ValueCharsMax = 300;
    private readonly List<string> _differences = [];
    private readonly HashSet<ulong> _inodes = [];
    private readonly HashSet<string> _paths = [];
    private readonly VolumeFacts _facts = new(volume);

    internal IReadOnlyList<string> Differences => _differences;

    // Inodes that the kernel's replay gave the time of the replay: theirs are not compared.
    internal int TimesOfReplay { get; private set; }

    internal Totals Counted => new(
        1, _inodes.Count, _paths.Count, _facts.BytesRead, _facts.Extents, _facts.Xattrs);

    internal string Shown => $"{_differences.Count} differences\n"
        + string.Join('\n', _differences.Take(ShownMax));

    internal void Compare()
    {
        foreach (TreeEntry entry in volume.EnumerateTree(
            UnixPath.Root, problem => Add($"{problem}", "problem", "none", "")))
        {
            if (entry.Event == TreeEvent.Enter)
            {
                CompareOne(entry);
            }
        }

        foreach (string path in judged.Paths.Keys.Where(path => !_paths.Contains(path)))
        {
            Add(Readable(path), "path", "present", "missing");
        }
    }

    private void CompareOne(TreeEntry entry)
    {
        string key = Convert.ToBase64String(entry.Path.Span);
        ulong number = entry.Stat.Number.Value;
        if (!_paths.Add(key) || !judged.Paths.TryGetValue(key, out ulong expected))
        {
            Add(Readable(key), "path", "missing", $"present, inode {number}");
            return;
        }

        UnixPath path = entry.Path.IsEmpty ? UnixPath.Root : new UnixPath((byte[])[(byte)'/', .. entry.Path.Span]);
        Differ(key, "inode", $"{expected}", $"{number}");
        Differ(key, "inode by look-up", $"{expected}", Lookup(path));
        if (!_inodes.Add(number) || expected != number)
        {
            return;
        }

        Dictionary<string, string> facts = _facts.Of(path, entry.Stat.Attributes);
        SortedDictionary<string, string> wanted = judged.Inodes[number];
        TimesOfReplay += wanted.ContainsKey("ctime") ? 0 : 1;
        foreach ((string field, string value) in wanted)
        {
            // Of an empty encrypted file there is no byte whose reading could be refused.
            if (field == "refused" && entry.Stat.Attributes.SizeBytes == 0)
            {
                continue;
            }

            Differ(key, field, value, facts.GetValueOrDefault(field, $"none {facts.GetValueOrDefault("problem")}"));
        }

        if (facts.TryGetValue("problem", out string? problem) && !wanted.ContainsKey("refused")
            && !(wanted["encrypted"] == "true" && entry.Stat.Attributes.IsSymbolicLink))
        {
            Add(Readable(key), "problem", "none", problem);
        }
    }

    private string Lookup(UnixPath path)
    {
        try
        {
            return $"{volume.Stat(path, FinalLink.Keep).Number.Value}";
        }
        catch (FileSystemException problem)
        {
            return problem.Message;
        }
    }

    private void Differ(string key, string field, string expected, string actual)
    {
        if (expected != actual)
        {
            Add(Readable(key), field, expected, actual);
        }
    }

    private void Add(string path, string field, string expected, string actual)
    {
        int same = 0;
        while (same < expected.Length && same < actual.Length && expected[same] == actual[same])
        {
            same++;
        }

        // Long lists differ somewhere in the middle: what comes shortly before is shown.
        int from = expected.Length + actual.Length > 2 * ValueCharsMax ? Math.Max(0, same - 60) : 0;
        _differences.Add($"/{path}: {field}: judge {Cut(expected, from)}, ours {Cut(actual, from)}");
    }

    private static string Cut(string text, int from) =>
        from >= text.Length ? (from == 0 ? text : "(ends)")
        : text.Substring(from, Math.Min(ValueCharsMax, text.Length - from));

    private static string Readable(string key) => Encoding.UTF8.GetString(Convert.FromBase64String(key));
}
