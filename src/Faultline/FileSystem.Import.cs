// Copying into a volume: from the host, from another volume, from itself.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Building;
using Faultline.Ext.Building;
using Faultline.Importing;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline;

public sealed partial class FileSystem
{
    private const int LevelsMax = 4096;

    /// <summary>Copies a file or tree of the host into the volume. Nothing is durable before <see cref="Sync"/>;
    /// whenever the copy ends, the volume is whole and every name in it is what it was or what it is to be.</summary>
    /// <param name="source">Host path.</param>
    /// <param name="target">The name of the copy. A directory that is there is merged with.</param>
    /// <param name="options">How, or null for everything preserved.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Ends the copy between two pieces of a file.</param>
    /// <returns>What was copied, and what could not be.</returns>
    /// <exception cref="FileSystemException">The source cannot be read at all; EISDIR a directory, and the copy is not
    /// recursive; EROFS, EIO.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImportResult CopyIn(
        string source,
        UnixPath target,
        ImportOptions? options = null,
        IProgress<FsProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ImportOptions how = options ?? new ImportOptions();
        List<TreeProblem> problems = [];
        return Guarded<ImportResult>(target, () =>
        {
            BuildNode node = ReadHost(source, how, problems, cancellation);
            return node.IsDirectory && !how.Recursive
                ? FaultlineReasons.ImportNotRecursive.With(source)
                : new Importer(_mount, how, problems, progress, cancellation).Import(node, target);
        });
    }

    /// <summary>Copies a file or tree of a volume, which may be this one, into this volume.</summary>
    /// <param name="volume">The source's volume.</param>
    /// <param name="source">Path in it.</param>
    /// <param name="target">The name of the copy.</param>
    /// <param name="options">As <see cref="CopyIn"/>.</param>
    /// <param name="progress">Told of progress, or null.</param>
    /// <param name="cancellation">Ends the copy between two pieces of a file.</param>
    /// <returns>What was copied, and what could not be.</returns>
    /// <exception cref="FileSystemException">As <see cref="CopyIn"/>; EINVAL a directory into itself.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImportResult CopyFrom(
        FileSystem volume,
        UnixPath source,
        UnixPath target,
        ImportOptions? options = null,
        IProgress<FsProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(volume);
        ImportOptions how = options ?? new ImportOptions();
        List<TreeProblem> problems = [];
        return Guarded<ImportResult>(source, () =>
        {
            BuildNode node = new ImageTreeSource(volume._mount, how, problems, cancellation).Read(source);
            if (node.IsDirectory && !how.Recursive)
            {
                return FaultlineReasons.ImportVolumeNotRecursive;
            }

            bool isInside = node.IsDirectory && ReferenceEquals(volume, this) && IsWithin(source, target);
            return isInside
                ? FaultlineReasons.ImportIntoItself.With(target.ToString())
                : new Importer(_mount, how, problems, progress, cancellation).Import(node, target);
        });
    }

    private static BuildNode ReadHost(
        string source, ImportOptions options, List<TreeProblem> problems, CancellationToken cancellation)
    {
        TreeTarget tree = new(
            new BuildOptions
            {
                KeepsXattrs = options.PreserveXattrs || options.PreserveMode,
                IsOneFileSystem = options.IsOneFileSystem,
            },
            SystemClock.Instance.Now);
        if (!OperatingSystem.IsLinux())
        {
            return new PortableTreeSource(tree, null, cancellation)
                .ReadOne(source, options.Links != LinkFollowing.Never);
        }

        LinuxTreeSource reader = new(tree, null, cancellation)
        {
            FollowsLinks = options.Links == LinkFollowing.Always,
            IsRecursive = options.Recursive,
            OnProblem = (path, exception) => problems.Add(new TreeProblem(path, exception.Error)),
        };
        return reader.ReadOne(source, options.Links != LinkFollowing.Never);
    }

    // Whether a name lies in a directory, links on the way followed: by the numbers of all directories above it.
    private bool IsWithin(UnixPath directory, UnixPath name)
    {
        InodeNumber number = Stat(directory).Number;
        UnixPath above = name;
        if (!TryStat(name, out InodeStat there) || !there.Attributes.IsDirectory)
        {
            ReadOnlyMemory<byte> trimmed = name.Bytes.TrimEnd((byte)'/');
            int slash = trimmed.Span.LastIndexOf((byte)'/');
            above = new UnixPath(slash <= 0 ? UnixPath.Root.Bytes : trimmed.Slice(0, slash));
        }

        InodeNumber last = InodeNumber.None;
        for (int level = 0; level < LevelsMax; level++)
        {
            if (!TryStat(above, out InodeStat stat) || stat.Number == last)
            {
                return false;
            }

            if (stat.Number == number)
            {
                return true;
            }

            last = stat.Number;
            above = above.Append(".."u8);
        }

        return true;
    }
}
