// What a workload did, for whoever judges what is left: the names after each operation, what each file held, and what
// was promised when. Operations on names are whole and in order: after a power cut the names are those after one of
// them, at least the last that a sync covered.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Faultline.Abi;

namespace Faultline.Lab.Crash;

/// <summary>What a workload did.</summary>
internal sealed class CrashModel
{
    private readonly List<TreeSnapshot> _trees = [];
    private readonly List<(int Window, int Tree)> _promises = [];
    private readonly List<FileHistory> _files = [];

    /// <summary>The root as it is now.</summary>
    internal TreeNode Root { get; } = new(ModeBits.S_IFDIR | 0x1ED) { Links = 2 };

    /// <summary>Number of the last snapshot.</summary>
    internal int LastTree => _trees.Count - 1;

    /// <summary>The files that ever were, by number less one.</summary>
    internal IReadOnlyList<FileHistory> Files => _files;

    /// <summary>A line an operation: the windows in which it ran, and what it did.</summary>
    internal List<string> Log { get; } = [];

    /// <summary>A new file's history.</summary>
    /// <returns>An empty one.</returns>
    internal FileHistory NewFile()
    {
        FileHistory file = new(_files.Count + 1);
        _files.Add(file);
        return file;
    }

    /// <summary>Names or attributes changed.</summary>
    /// <param name="start">Window in which the operation began.</param>
    /// <param name="what">The operation.</param>
    internal void Changed(int start, string what)
    {
        List<string> lines = [];
        Dictionary<string, FileHistory> files = [];
        Describe(Root, "", lines, files, []);
        _trees.Add(new TreeSnapshot(start, what, lines, string.Join('\n', lines), files));
    }

    /// <summary>From a window on, a tree or a later one is there.</summary>
    /// <param name="window">The window.</param>
    /// <param name="tree">The tree.</param>
    internal void Promise(int window, int tree) => _promises.Add((window, tree));

    /// <summary>Judges what was found after a power cut.</summary>
    /// <param name="window">Window of the cut.</param>
    /// <param name="found">What was found.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? Judge(int window, FoundTree found)
    {
        int least = 0;
        foreach ((int at, int tree) in _promises)
        {
            least = at <= window ? int.Max(least, tree) : least;
        }

        int most = _trees.Count - 1;
        while (most > 0 && _trees[most].Start > window)
        {
            most--;
        }

        string text = string.Join('\n', found.Lines);
        string? wrong = null;
        for (int index = most; index >= least; index--)
        {
            if (_trees[index].Text != text)
            {
                continue;
            }

            wrong = JudgeFiles(window, _trees[index], found);
            if (wrong is null)
            {
                return null;
            }
        }

        return wrong ?? DescribeDifference(least, most, found);
    }

    /// <summary>Judges only whose bytes the files show: of a volume without a journal no more is promised.</summary>
    /// <param name="found">What was found.</param>
    /// <returns>What is wrong, or null.</returns>
    internal string? JudgeOwners(FoundTree found)
    {
        foreach ((string path, byte[] contents) in found.Files)
        {
            HashSet<int> allowed =
                [.. _trees.Where(tree => tree.Files.ContainsKey(path)).Select(tree => tree.Files[path].Id)];
            int owner = 0;
            for (int at = 0; at + FileHistory.UnitBytes <= contents.Length; at += FileHistory.UnitBytes)
            {
                int file = FileHistory.FileOf(contents.AsSpan(at));
                bool isSame = file == 0 || owner == 0 || file == owner;

                // What the repair found without a name may be any file, but only one.
                bool isAllowed = allowed.Count == 0 || allowed.Contains(file);
                if (file != 0 && !(isAllowed && isSame))
                {
                    return string.Create(CultureInfo.InvariantCulture, $"{path}: byte {at}: bytes of file {file}");
                }

                owner = file == 0 ? owner : file;
            }
        }

        return null;
    }

    private static string? JudgeFiles(int window, TreeSnapshot tree, FoundTree found)
    {
        foreach ((string path, FileHistory file) in tree.Files)
        {
            string? wrong = file.Judge(window, found.Files[path]);
            if (wrong is not null)
            {
                return $"{path}: {wrong}";
            }
        }

        return null;
    }

    private string DescribeDifference(int least, int most, FoundTree found)
    {
        int nearest = -1;
        int fewest = int.MaxValue;
        for (int index = 0; index < _trees.Count; index++)
        {
            int count = _trees[index].Lines.Except(found.Lines).Count()
                + found.Lines.Except(_trees[index].Lines).Count();
            if (count <= fewest)
            {
                fewest = count;
                nearest = index;
            }
        }

        TreeSnapshot tree = _trees[nearest];
        string missing = string.Join(" | ", tree.Lines.Except(found.Lines).Take(3));
        string extra = string.Join(" | ", found.Lines.Except(tree.Lines).Take(3));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"names are those of no tree {least}..{most}; nearest {nearest} ({tree.What}): missing [{missing}], "
            + $"found [{extra}]");
    }

    private static void Describe(
        TreeNode node,
        string path,
        List<string> lines,
        Dictionary<string, FileHistory> files,
        Dictionary<TreeNode, string> seen)
    {
        bool isShared = !node.IsDirectory && node.Links > 1;
        _ = seen.TryAdd(node, path);
        lines.Add(TreeLine.Of(
            path,
            node.Mode,
            node.Uid,
            node.Gid,
            node.Links,
            node.Target,
            isShared ? seen[node] : "",
            node.Attributes));
        if (node.File is not null)
        {
            files.Add(path, node.File);
        }

        foreach ((string name, TreeNode child) in node.Names)
        {
            Describe(child, $"{path}/{name}", lines, files, seen);
        }
    }
}
