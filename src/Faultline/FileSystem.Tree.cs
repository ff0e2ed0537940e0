// Walking, extracting and archiving trees.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Faultline.Extraction;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Tar;
using Faultline.Trees;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>Walks a tree: directories before what they hold, and once more after it.</summary>
    /// <param name="path">Where to start.</param>
    /// <param name="onProblem">Told of what could not be read; the walk goes on.</param>
    /// <param name="finalLink">Whether a start that is a symbolic link is followed.</param>
    /// <returns>Entries in the order of the disk.</returns>
    /// <exception cref="FileSystemException">The start cannot be read.</exception>
    public IEnumerable<TreeEntry> EnumerateTree(
        UnixPath path, Action<TreeProblem> onProblem, FinalLink finalLink = FinalLink.Keep)
    {
        ArgumentNullException.ThrowIfNull(onProblem);
        InodeStat start = Stat(path, finalLink);
        return new TreeWalk(_mount, onProblem).From(start);
    }

    /// <summary>Copies a file or tree out of the volume to the host.</summary>
    /// <param name="source">What to copy.</param>
    /// <param name="targetDirectory">An existing host directory: nothing outside it is written.</param>
    /// <param name="options">How, or null for everything preserved.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Ends the copy between two files.</param>
    /// <returns>What was copied, and what could not be.</returns>
    /// <exception cref="FileSystemException">The source cannot be read at all; ENOENT the target
    /// directory cannot be opened.</exception>
    /// <exception cref="IOException">The host refuses (no space).</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ExtractionResult Extract(
        UnixPath source,
        string targetDirectory,
        ExtractionOptions? options = null,
        IProgress<FsProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(targetDirectory);
        InodeStat start = Stat(source, FinalLink.Keep);
        Extractor extractor = new(_mount, options ?? new ExtractionOptions(), progress, cancellation);
        return extractor.Extract(source, start, targetDirectory);
    }

    /// <summary>Writes a tree as a pax archive: holes as GNU sparse 1.0, extended attributes as SCHILY.xattr.</summary>
    /// <param name="source">What to archive; its own name is not part of the archive's names.</param>
    /// <param name="destination">Where the archive goes; need not be seekable.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Ends the export between two files.</param>
    /// <returns>What was written, and what could not be.</returns>
    /// <exception cref="FileSystemException">The source cannot be read at all.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ExtractionResult ExportTar(
        UnixPath source,
        Stream destination,
        IProgress<FsProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        InodeStat start = Stat(source, FinalLink.Keep);
        TarExporter exporter = new(_mount, destination, progress, cancellation);
        return exporter.Export(source, start);
    }
}
