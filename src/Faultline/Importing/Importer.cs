// Copies a tree of nodes into a volume, with the calls that a program would use: each name appears whole or not at all,
// a file's contents grow as they are written, and what fails leaves no new half of a file. One item that fails is a
// problem of the result; the rest goes on, but not on a volume that has turned read-only.
//
// The tree was read before: what is copied does not depend on what the copy adds to its source.
//
//     Importer.cs        the walk, directories, links         Importer.Files.cs     regular files, attributes

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Trees;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Importing;

/// <summary>One copy into a volume.</summary>
internal sealed partial class Importer
{
    private const uint PrivateMode = 0x1C0; // rwx------ until a directory's own mode is set

    private readonly Mount _mount;
    private readonly ImportOptions _options;
    private readonly IProgress<FsProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<TreeProblem> _problems;
    private readonly Dictionary<BuildNode, UnixPath> _copied = [];
    private readonly HashSet<BuildNode> _sharedNodes = [];
    private readonly byte[] _buffer = new byte[1 << 20];
    private long _items;
    private long _bytes;
    private long _kept;

    internal Importer(
        Mount mount,
        ImportOptions options,
        List<TreeProblem> problems,
        IProgress<FsProgress>? progress,
        CancellationToken cancellation)
    {
        _mount = mount;
        _options = options;
        _problems = problems;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Copies a tree.</summary>
    /// <param name="root">Its root.</param>
    /// <param name="target">The name of the copy.</param>
    /// <returns>What was done.</returns>
    internal ImportResult Import(BuildNode root, UnixPath target)
    {
        FindShared(root);
        Stack<Step> steps = new([new Step(root, target, LeavesNew: null)]);
        while (steps.TryPop(out Step step))
        {
            _cancellation.ThrowIfCancellationRequested();
            try
            {
                Result done = step.LeavesNew is bool isNew
                    ? LeaveDirectory(step.Node, step.Path, isNew)
                    : Take(step, steps);
                Note(step.Path, done);
            }
            catch (FsException exception) when (exception.Error.Errno is not (Errno.EIO or Errno.EUCLEAN))
            {
                _problems.Add(new TreeProblem(step.Path, exception.Error));
            }
        }

        return new ImportResult(_items, _bytes, _kept, _problems);
    }

    private void Note(UnixPath path, Result done)
    {
        if (done.IsOk)
        {
            return;
        }

        // Nothing more can be written: to say so once is enough.
        if (done.Error.Errno is Errno.EROFS or Errno.EIO)
        {
            throw new FileSystemException(done.Error, path);
        }

        _problems.Add(new TreeProblem(path, done.Error));
    }

    // Nodes with more than one name in the tree.
    private void FindShared(BuildNode root)
    {
        if (!_options.PreserveLinks || !root.IsDirectory)
        {
            return;
        }

        HashSet<BuildNode> seen = [];
        Stack<BuildNode> directories = new([root]);
        while (directories.TryPop(out BuildNode? directory))
        {
            foreach ((_, BuildNode node) in directory.Children!.Sorted())
            {
                if (node.IsDirectory)
                {
                    directories.Push(node);
                }
                else if (!seen.Add(node))
                {
                    _ = _sharedNodes.Add(node);
                }
            }
        }
    }

    private Result Take(in Step step, Stack<Step> steps)
    {
        BuildNode node = step.Node;
        _items++;
        _progress?.Report(new FsProgress("copy", _items, _bytes, null, null, step.Path));
        if (node.IsDirectory)
        {
            return EnterDirectory(step, steps);
        }

        bool isShared = _sharedNodes.Contains(node);
        Result done = isShared && _copied.TryGetValue(node, out UnixPath first)
            ? LinkTo(first, step.Path)
            : node.IsRegular ? CopyFile(node, step.Path) : CopySpecial(node, step.Path);
        if (done.IsOk && isShared)
        {
            _ = _copied.TryAdd(node, step.Path);
        }

        return done;
    }

    private Result EnterDirectory(in Step step, Stack<Step> steps)
    {
        Result<InodeStat> there = _mount.Stat(step.Path.Span, FinalLink.Keep);
        bool isNew = !there.IsOk && there.Error.Errno == Errno.ENOENT;
        if (!isNew && !there.IsOk)
        {
            return there.Error;
        }

        if (!isNew && !there.Value.Attributes.IsDirectory)
        {
            return FaultlineReasons.ImportOverFile;
        }

        Result made = isNew ? _mount.Mkdir(step.Path.Span, PrivateMode) : Result.Ok;
        if (!made.IsOk)
        {
            return made;
        }

        // The first name is popped first, and what the directory is to be at last, when nothing changes in it any more.
        steps.Push(step with { LeavesNew = isNew });
        IReadOnlyList<(ReadOnlyMemory<byte> Name, BuildNode Node)> names = step.Node.Children!.Sorted();
        for (int index = names.Count - 1; index >= 0; index--)
        {
            steps.Push(new Step(names[index].Node, step.Path.Append(names[index].Name.Span), LeavesNew: null));
        }

        return Result.Ok;
    }

    private Result LeaveDirectory(BuildNode node, UnixPath path, bool isNew)
    {
        uint mode = node.Mode & ModeBits.PermissionMask;
        if (isNew && !_options.PreserveMode)
        {
            const uint Ordinary = 0x1FF;
            mode = _options.IgnoresMode ? Ordinary : mode & Ordinary;

            // The bit that a directory with set-group-id hands down stays.
            uint inherited = _mount.Stat(path.Span).OrThrow().Attributes.Mode & ModeBits.S_ISGID;
            Result changed = _mount.Chmod(path.Span, (mode & ~_mount.Umask) | inherited);
            if (!changed.IsOk)
            {
                return changed;
            }
        }

        return SetAttributes(node, path);
    }

    private Result LinkTo(UnixPath first, UnixPath path)
    {
        Result<InodeStat> there = _mount.Stat(path.Span, FinalLink.Keep);
        if (there.IsOk)
        {
            bool isSame = _mount.Stat(first.Span, FinalLink.Keep) is { IsOk: true } known
                && known.Value.Number == there.Value.Number;
            Result removed = isSame ? Result.Ok : RemoveForeign(there.Value, path);
            if (isSame || !removed.IsOk)
            {
                return removed;
            }
        }

        return _mount.Link(first.Span, path.Span);
    }

    // What is no directory makes room.
    private Result RemoveForeign(InodeStat there, UnixPath path) => there.Attributes.IsDirectory
        ? FaultlineReasons.ImportOverDirectory
        : _mount.Unlink(path.Span);

    private Result CopySpecial(BuildNode node, UnixPath path)
    {
        Result<InodeStat> there = _mount.Stat(path.Span, FinalLink.Keep);
        if (there.IsOk)
        {
            if (MustKeep(node, there.Value))
            {
                return Result.Ok;
            }

            Result removed = RemoveForeign(there.Value, path);
            if (!removed.IsOk)
            {
                return removed;
            }
        }

        Result made = node.IsSymbolicLink
            ? _mount.Symlink(node.Target.Span, path.Span)
            : _mount.Mknod(path.Span, node.Mode, node.DeviceMajor, node.DeviceMinor);
        return made.IsOk ? SetAttributes(node, path) : made;
    }

    private bool MustKeep(BuildNode node, InodeStat there)
    {
        UnixTime theirs = there.Attributes.ModifyTime;
        bool isOlder = (theirs.Seconds, theirs.Nanoseconds).CompareTo(
            (node.ModifyTime.Seconds, node.ModifyTime.Nanoseconds)) < 0;
        bool keeps = _options.Existing == ExistingTarget.Keep
            || (_options.Existing == ExistingTarget.OverwriteOlder && !isOlder);
        _kept += keeps ? 1 : 0;
        return keeps;
    }

    // LeavesNew: null to copy a node; else a directory is left that was made, or was there.
    private readonly record struct Step(BuildNode Node, UnixPath Path, bool? LeavesNew);
}
