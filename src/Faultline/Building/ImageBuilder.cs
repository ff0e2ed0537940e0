// Builds an image of trees, archives and manifests: sources are entered in order, then the volume is written at once.
//
// An image file is made under another name beside its own, and renamed when it is whole: whoever looks sees the old
// file, or none, or the new one. A block device is written in place; until its superblock is written, last of
// all, there is no volume on it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Building.Manifests;
using Faultline.Ext.Building;
using Faultline.Ext.Making;
using Faultline.Progress;
using Faultline.Tar;

namespace Faultline.Building;

/// <summary>Builds images. One thread uses it at a time.</summary>
public sealed class ImageBuilder : IDisposable
{
    private const int ThreadsMax = 8;

    private readonly BuildOptions _options;
    private readonly IProgress<FsProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly TreeTarget _tree;
    private readonly List<ArchiveBytes> _archives = [];

    /// <summary>Begins an image.</summary>
    /// <param name="options">How it is built.</param>
    /// <param name="progress">Hears how far it is, from any thread; or null.</param>
    /// <param name="cancellation">Ends it.</param>
    public ImageBuilder(
        BuildOptions options, IProgress<FsProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        UnixTime now = options.SourceDateEpoch
            ?? (options.IsReproducible ? default : options.Format.Now ?? SystemClock.Instance.Now);
        _tree = new TreeTarget(options, now);
    }

    /// <summary>The root directory, for entering nodes of the caller's own.</summary>
    public BuildNode Root => _tree.Root;

    /// <summary>Enters what is in a directory of the host.</summary>
    /// <param name="path">Host path.</param>
    /// <exception cref="FileSystemException">EACCES, ENOENT, EIO: what the host says.</exception>
    public void AddDirectory(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        void Report(long items) =>
            _progress?.Report(new FsProgress("scan", items, 0, null, null, default));
        Guard(() =>
        {
            if (OperatingSystem.IsLinux())
            {
                new LinuxTreeSource(_tree, _progress is null ? null : Report, _cancellation).Read(path);
            }
            else
            {
                new PortableTreeSource(_tree, _progress is null ? null : Report, _cancellation).Read(path);
            }
        });
    }

    /// <summary>Enters what is in a tar archive: v7, ustar, pax, GNU or star, also compressed with gzip.</summary>
    /// <param name="path">Host path. The file must stay as it is until the image is written.</param>
    /// <exception cref="FileSystemException">EUCLEAN, EOPNOTSUPP, EINVAL, ENOTDIR, ENOENT: what is wrong with it, by
    /// name; EIO what the host says.</exception>
    public void AddTar(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        Guard(() => AddTar(ArchiveBytes.Open(path, _cancellation)));
    }

    /// <summary>Enters what is in a tar archive that comes from a stream. It is kept in a temporary file.</summary>
    /// <param name="stream">The archive, read to its end; stays the caller's.</param>
    /// <param name="name">Name for messages.</param>
    /// <exception cref="FileSystemException">As <see cref="AddTar(string)"/>.</exception>
    public void AddTar(Stream stream, string name = "archive")
    {
        ArgumentNullException.ThrowIfNull(stream);
        Guard(() => AddTar(ArchiveBytes.Take(stream, name, _cancellation)));
    }

    private void AddTar(ArchiveBytes archive)
    {
        _archives.Add(archive);
        void Report(long items) =>
            _progress?.Report(new FsProgress("scan", items, 0, null, null, default));
        new TarSource(archive, _tree, _progress is null ? null : Report, _cancellation).Read();
    }

    /// <summary>Writes the volume into an image file or a block device.</summary>
    /// <param name="path">Host path.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="FileSystemException">EEXIST a volume is there and may not be replaced; EBUSY somebody uses the
    /// image; ENOSPC, EINVAL, EOPNOTSUPP, EFBIG, ENAMETOOLONG, EMLINK: options or tree, by name; what the host
    /// says.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; no file was made or changed, and a block device
    /// holds no volume.</exception>
    public BuildResult Write(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        BuildResult? result = null;
        Guard(() => result = new ImageTarget(path, _options.Replaces).Write(size => PlanFor(size), WriteTo));
        return result!;
    }

    /// <summary>Writes the volume onto a device. What the device held is lost.</summary>
    /// <param name="device">The device; stays the caller's.</param>
    /// <returns>What was built.</returns>
    /// <exception cref="FileSystemException">As <see cref="Write(string)"/>.</exception>
    public BuildResult Write(IBlockDevice device)
    {
        ArgumentNullException.ThrowIfNull(device);
        BuildResult? result = null;
        Guard(() => result = WriteTo(device, PlanFor(device.SizeBytes), isBlank: false));
        return result!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (ArchiveBytes archive in _archives)
        {
            archive.Dispose();
        }
    }

    /// <summary>Everything in place.</summary>
    /// <param name="deviceBytes">Bytes of a device that is there, which is the size of the volume if nobody said
    /// another; or null.</param>
    /// <returns>The plan.</returns>
    private BuildPlan PlanFor(long? deviceBytes)
    {
        FormatOptions format = _options.Format with { Now = _tree.Now };
        bool isAutomatic = _options.Sizing.IsMinimal || _options.Sizing.FreeBytes is not null;
        if (format.SizeBytes is null && deviceBytes is long bytes && !isAutomatic)
        {
            format = format with { SizeBytes = bytes };
        }

        foreach (string manifest in _options.Manifests)
        {
            new Manifest(_tree, manifest).Apply();
        }

        BuildNode root = _tree.Root;
        root.Uid = format.RootUid ?? root.Uid;
        root.Gid = format.RootGid ?? root.Gid;
        if (_options.IsReproducible)
        {
            TreeFinisher.FixTimes(root, _tree.Now, _options.SourceDateEpoch);
            format = TreeFinisher.FixIdentity(root, format);
        }

        return ExtBuilder.Plan(root, format, _options.Sizing).OrThrow();
    }

    private BuildResult WriteTo(IBlockDevice device, BuildPlan plan, bool isBlank)
    {
        _cancellation.ThrowIfCancellationRequested();
        void Report(long bytes) => _progress?.Report(
            new FsProgress("write", plan.NodeCount, bytes, plan.NodeCount, plan.ContentBytes, default));
        int threads = _options.Threads ?? int.Clamp(Environment.ProcessorCount, 1, ThreadsMax);
        FormatSummary summary = ExtBuilder.Write(
            device, plan, isBlank, threads, _progress is null ? null : Report, _cancellation).OrThrow();
        return new BuildResult(
            summary, plan.SizeBytes, plan.NodeCount, plan.ContentBytes, plan.Parts, [.. _tree.Notes, .. plan.Notes]);
    }

    private static void Guard(Action body)
    {
        try
        {
            body();
        }
        catch (FsException exception)
        {
            throw new FileSystemException(exception.Error, default, exception);
        }
    }
}
