// Reads everything that a mutant offers, through the public face, and says how it went. Only the driver's own errors
// may come out; whatever else is thrown passes through to the caller, who knows the mutant.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Block;
using Faultline.Files;
using Faultline.Opening;
using Faultline.PageCache;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Walk;

namespace Faultline.Fuzz;

/// <summary>Reads mutants.</summary>
/// <param name="pool">Memory for file data.</param>
internal sealed class Judge(FolioPool pool)
{
    private const int PieceBytes = 4096;

    private readonly byte[] _piece = new byte[PieceBytes];
    private int _problemCount;
    private long _sizeBytes;

    /// <summary>Inodes met in the tree of the last mutant.</summary>
    internal int InodeCount { get; private set; }

    /// <summary>The first error met, for the images that must have none.</summary>
    internal string? FirstProblem { get; private set; }

    /// <summary>Reads everything.</summary>
    /// <param name="device">The mutant.</param>
    /// <param name="mount">How it is mounted, or null.</param>
    /// <returns>How it went.</returns>
    internal Verdict Read(IBlockDevice device, MountOptions? mount = null)
    {
        _problemCount = 0;
        FirstProblem = null;
        InodeCount = 0;
        _sizeBytes = device.SizeBytes;
        try
        {
            _ = FileSystem.Detect(device);
            using FileSystem volume = Open(device, mount ?? new MountOptions());
            ReadVolume(volume);
        }
        catch (FileSystemException exception)
        {
            RefuseWrites(exception);
            FirstProblem = exception.Message;
            return Verdict.Refused;
        }

        return _problemCount > 0 ? Verdict.Problems : Verdict.Clean;
    }

    private FileSystem Open(IBlockDevice device, MountOptions mount)
    {
        OpenOptions options = new() { Pool = pool, Mount = mount };
        try
        {
            return FileSystem.Open(device, options);
        }
        catch (FileSystemException exception)
            when (ReferenceEquals(exception.Error.Reason, FaultlineReasons.PartitionNeeded))
        {
            return FileSystem.Open(device, options with { Partition = 1 });
        }
    }

    private static void RefuseWrites(FileSystemException exception)
    {
        bool isWrite = ReferenceEquals(exception.Error.Reason, BlockReasons.ReadOnly);
        Assert.False(isWrite, $"the driver writes: {exception.Message}");
        Assert.NotEqual(Errno.OK, exception.Errno);
    }

    private void ReadVolume(FileSystem volume)
    {
        Try(() => ReadReport(volume));
        _ = volume.Space;
        HashSet<ulong> seen = [];
        Try(() =>
        {
            foreach (TreeEntry entry in volume.EnumerateTree(UnixPath.Root, problem => Note(problem.ToString())))
            {
                if ((entry.Event == TreeEvent.Enter) && seen.Add(entry.Stat.Number.Value))
                {
                    UnixPath path = entry.Path.IsEmpty ? UnixPath.Root : UnixPath.Root.Append(entry.Path.Span);
                    ReadEntry(volume, path, entry);
                }
            }

            return 0;
        });
        InodeCount = seen.Count;
    }

    // A report goes on past damage and lists it.
    private int ReadReport(FileSystem volume)
    {
        foreach (ReportSection section in volume.Report())
        {
            foreach (ReportItem item in section.Items)
            {
                if (item is { Key: "problems", Value: List<string> { Count: > 0 } problems })
                {
                    Note(problems[0]);
                }
            }
        }

        return 0;
    }

    private void ReadEntry(FileSystem volume, UnixPath path, in TreeEntry entry)
    {
        Try(() => volume.GetXattrs(path));
        if (entry.Stat.Attributes.IsRegular)
        {
            Try(() => ReadFile(volume, path));
        }
        else if (entry.Stat.Attributes.IsSymbolicLink)
        {
            Try(() => volume.ReadLink(path));
            Try(() => volume.TryStat(path, out _));
        }
        else if (entry.Stat.Attributes.IsDirectory)
        {
            Try(() => volume.Exists(path.Append("no such name"u8)));
            Try(() => volume.Stat(path, FinalLink.Keep));
        }
    }

    private int ReadFile(FileSystem volume, UnixPath path)
    {
        using FileHandle file = volume.OpenFile(path);
        IReadOnlyList<Iomap.FileExtent> extents = [];
        Try(() => extents = file.GetExtents());
        CheckExtents(extents);
        Try(() => file.Read(_piece, 0));
        Try(() => file.Read(_piece, long.Max(0, file.SizeBytes - PieceBytes)));
        Try(() => file.SeekData(file.SizeBytes / 2));
        Try(() => file.SeekHole(file.SizeBytes / 2));
        if (extents.Count > 0)
        {
            Try(() => file.Read(_piece.AsSpan(0, 512), extents[extents.Count / 2].Position));
        }

        return 0;
    }

    // What is said to be mapped must be somewhere: readers of extents go there without asking.
    private void CheckExtents(IReadOnlyList<Iomap.FileExtent> extents)
    {
        long end = 0;
        foreach (Iomap.FileExtent extent in extents)
        {
            Assert.True(extent.Length > 0);
            Assert.True(extent.Position >= end);
            end = extent.Position + extent.Length;
            bool isPlaced = extent.Type is Iomap.IomapType.Mapped or Iomap.IomapType.Unwritten;
            Assert.True(!isPlaced || (extent.Address >= 0 && extent.Length <= _sizeBytes - extent.Address));
        }
    }

    private void Note(string problem)
    {
        _problemCount++;
        FirstProblem ??= problem;
    }

    private void Try<T>(Func<T> call)
    {
        try
        {
            _ = call();
        }
        catch (FileSystemException exception)
        {
            RefuseWrites(exception);
            Note(exception.Message);
        }
    }
}
