// Copies a tree out of a volume to the host.
//
// Nothing outside the target is written: every name is one component that holds no slash, host directories are opened
// one below the other without following links, files are made anew (never opened), and what already has the name and
// is no directory is removed first. Directories get their attributes when they are left, so that a read-only one can be
// filled. One item that fails is a problem in the result; the rest goes on.
//
// Extractor.cs       the walk and its levels       Extractor.Files.cs  one file

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Trees;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

/// <summary>One extraction.</summary>
internal sealed partial class Extractor
{
    private readonly Mount _mount;
    private readonly ExtractionOptions _options;
    private readonly IProgress<FsProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<TreeProblem> _problems = [];
    private readonly List<TreeProblem> _notes = [];
    private readonly HostDirectoryStack _directories = new();
    private readonly Dictionary<ulong, UnixPath> _linked = [];
    private readonly byte[] _buffer = new byte[1 << 20];
    private UnixPath _topName;
    private long _items;
    private long _bytes;

    internal Extractor(
        Mount mount, ExtractionOptions options, IProgress<FsProgress>? progress, CancellationToken cancellation)
    {
        _mount = mount;
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
    }

    internal ExtractionResult Extract(UnixPath source, InodeStat start, string targetDirectory)
    {
        if (start.Attributes.IsDirectory && !_options.Recursive)
        {
            throw new FileSystemException(FaultlineReasons.NotRecursive, source);
        }

        // A source that ends in "." or ".." has no name of its own: like the root, it is merged into the target.
        _topName = _options.NewName is string chosen ? new UnixPath(chosen)
            : HostName.IsComponent(source.Name.Span) ? source.Name
            : default;
        if (_options.NewName is not null && !HostName.IsComponent(_topName.Span))
        {
            throw new FileSystemException(FaultlineReasons.BadNewName, _topName);
        }

        bool mergesIntoTarget = _topName.IsEmpty;
        OpenTarget(targetDirectory);
        try
        {
            TreeWalk walk = new(_mount, _problems.Add);
            foreach (TreeEntry entry in walk.From(start))
            {
                _cancellation.ThrowIfCancellationRequested();
                Take(entry, mergesIntoTarget);
            }
        }
        finally
        {
            _directories.Close();
        }

        return new ExtractionResult(_items, _bytes, _problems, _notes);
    }

    private void OpenTarget(string targetDirectory)
    {
        Errno opened;
        IHostDirectory? target;
        if (OperatingSystem.IsLinux())
        {
            opened = LinuxDirectory.Open(targetDirectory, out LinuxDirectory? linux);
            target = linux;
        }
        else
        {
            opened = PortableDirectory.Open(targetDirectory, out PortableDirectory? portable);
            target = portable;
        }

        if (target is null)
        {
            throw new FileSystemException(FaultlineReasons.NoTarget.With($"{targetDirectory}: {opened}"));
        }

        _directories.Push(target);
    }

    private void Take(in TreeEntry entry, bool mergesIntoTarget)
    {
        if (_skipDepth is int skipped)
        {
            if (entry.Depth > skipped || entry.Event == TreeEvent.Leave)
            {
                _skipDepth = entry.Depth == skipped ? null : skipped;
                return;
            }

            _skipDepth = null;
        }

        bool isTarget = entry.Depth == 0 && mergesIntoTarget;
        UnixPath name = entry.Depth == 0 ? _topName : entry.Path.Name;
        if (entry.Event == TreeEvent.Leave)
        {
            LeaveDirectory(entry, isTarget);
            return;
        }

        _items++;
        _progress?.Report(new FsProgress("copy", _items, _bytes, null, null, entry.Path));
        if (entry.Stat.Attributes.IsDirectory)
        {
            EnterDirectory(entry, name, isTarget);
            return;
        }

        TakeFile(entry, name);
    }

    private int? _skipDepth;

    private void EnterDirectory(in TreeEntry entry, UnixPath name, bool isTarget)
    {
        if (isTarget)
        {
            return;
        }

        Errno opened = _directories.Top.OpenDirectory(name.Span, out IHostDirectory? directory);
        if (directory is null)
        {
            _problems.Add(Refused(entry, opened));
            _skipDepth = entry.Depth;
            return;
        }

        _directories.Push(directory);
    }

    private void LeaveDirectory(in TreeEntry entry, bool isTarget)
    {
        IHostDirectory directory = _directories.Top;
        _directories.ResumeParent();
        Preserve(entry, directory.SetOwnAttributes, directory.SetOwnXattr);
        if (!isTarget)
        {
            _directories.Pop();
        }
    }

    private static TreeProblem Refused(in TreeEntry entry, Errno errno) =>
        new(entry.Path, FaultlineReasons.HostRefused.At(entry.Stat.Number, errno.ToString()));

    private void Note(in TreeEntry entry, HostErrors errors)
    {
        NoteOne(entry, "owner", errors.Owner);
        NoteOne(entry, "mode", errors.Mode);
        NoteOne(entry, "times", errors.Times);
    }

    private void NoteOne(in TreeEntry entry, string what, Errno errno)
    {
        if (errno != Errno.OK)
        {
            _notes.Add(new TreeProblem(
                entry.Path, FaultlineReasons.NotPreserved.At(entry.Stat.Number, $"{what}: {errno}")));
        }
    }
}
