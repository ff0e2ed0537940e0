// Walks a tree of a volume, depth first, directories before what they hold, in the order of the disk.
//
// The tree is hostile: a directory that was entered before (a second hard link to it, or a loop) is reported and not
// entered again, so that the walk ends after at most one visit of each directory; names that no directory may hold
// are reported and skipped. No recursion: depth is bounded by memory for names, not by the stack.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Trees;

/// <summary>A walk over a tree.</summary>
internal sealed class TreeWalk
{
    /// <summary>Deeper trees than this exist in hostile images only, and would cost the square of
    /// their depth.</summary>
    private const int PathBytesMax = 64 * 1024;

    private readonly Mount _mount;
    private readonly Action<TreeProblem> _onProblem;
    private readonly HashSet<ulong> _entered = [];
    private readonly Stack<Level> _levels = new();

    internal TreeWalk(Mount mount, Action<TreeProblem> onProblem)
    {
        _mount = mount;
        _onProblem = onProblem;
    }

    /// <summary>Walks from an inode.</summary>
    /// <param name="start">The start.</param>
    /// <returns>Entries; a directory comes twice, with Enter and with Leave.</returns>
    internal IEnumerable<TreeEntry> From(InodeStat start)
    {
        TreeEntry first = new(default, 0, start, TreeEvent.Enter);
        yield return first;
        if (!start.Attributes.IsDirectory)
        {
            yield break;
        }

        Enter(first);
        try
        {
            while (_levels.Count > 0)
            {
                Level level = _levels.Peek();
                if (!TryNext(level, out DirectoryItem item))
                {
                    level.Directory?.Dispose();
                    _ = _levels.Pop();
                    yield return level.Entry with { Event = TreeEvent.Leave };
                    continue;
                }

                if (Visit(level, item) is TreeEntry entry)
                {
                    yield return entry;
                    if (entry.Stat.Attributes.IsDirectory)
                    {
                        Enter(entry);
                    }
                }
            }
        }
        finally
        {
            foreach (Level level in _levels)
            {
                level.Directory?.Dispose();
            }
        }
    }

    private TreeEntry? Visit(Level level, in DirectoryItem item)
    {
        UnixPath path = level.Entry.Path.IsEmpty ? item.Name : level.Entry.Path.Append(item.Name.Span);
        if (item.Name.Span.IndexOfAny((byte)'/', (byte)0) >= 0 || item.Name.IsEmpty)
        {
            Report(path, FaultlineReasons.ImpossibleName.At(new InodeNumber(item.Inode)));
            return null;
        }

        if (path.Bytes.Length > PathBytesMax)
        {
            Report(item.Name, FaultlineReasons.TreeTooDeep.At(new InodeNumber(item.Inode)));
            return null;
        }

        try
        {
            Result<Inode> found = _mount.GetInode(new InodeNumber(item.Inode));
            if (!found.TryGet(out Inode? inode, out FsError error))
            {
                Report(path, error);
                return null;
            }

            InodeStat stat = new(inode.Number, inode.Attributes);
            inode.Put();
            if (stat.Attributes.IsDirectory && _entered.Contains(stat.Number.Value))
            {
                Report(path, FaultlineReasons.DirectoryTwice.At(stat.Number));
                return null;
            }

            return new TreeEntry(path, level.Entry.Depth + 1, stat, TreeEvent.Enter);
        }
        catch (FsException exception)
        {
            Report(path, exception.Error);
            return null;
        }
    }

    private void Enter(in TreeEntry entry)
    {
        _ = _entered.Add(entry.Stat.Number.Value);
        Level level = new(entry);
        _levels.Push(level);
        try
        {
            Result<OpenFile> opened = _mount.OpenInode(entry.Stat.Number, OpenFlags.O_DIRECTORY);
            if (opened.TryGet(out OpenFile? directory, out FsError error))
            {
                level.Directory = directory;
            }
            else
            {
                Report(entry.Path, error);
            }
        }
        catch (FsException exception)
        {
            Report(entry.Path, exception.Error);
        }
    }

    private bool TryNext(Level level, out DirectoryItem item)
    {
        while (level.Next == level.Batch.Items.Count)
        {
            if (level.Directory is null || level.IsDone)
            {
                item = default;
                return false;
            }

            ReadMore(level);
        }

        item = level.Batch.Items[level.Next];
        level.Next++;
        return true;
    }

    private void ReadMore(Level level)
    {
        level.Batch.Begin();
        level.Next = 0;
        try
        {
            Result read = level.Directory!.ReadDirectory(level.Batch.Cookie, level.Batch);
            level.IsDone = level.Batch.IsAtEnd || !read.IsOk;
            if (!read.IsOk)
            {
                Report(level.Entry.Path, read.Error);
            }
        }
        catch (FsException exception)
        {
            level.IsDone = true;
            Report(level.Entry.Path, exception.Error);
        }
    }

    private void Report(UnixPath path, FsError error) => _onProblem(new TreeProblem(path, error));

    private sealed class Level(TreeEntry entry)
    {
        internal TreeEntry Entry { get; } = entry;

        internal DirectoryBatch Batch { get; } = new();

        internal OpenFile? Directory { get; set; }

        internal int Next { get; set; }

        internal bool IsDone { get; set; }
    }
}
