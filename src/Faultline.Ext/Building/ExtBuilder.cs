// Makes volumes with contents. Everything is placed before anything is written, by rules that know only the tree and
// the options; then the contents are written from front to end. There is no journal to be kept and nothing to be read
// back: until the superblock is written, last of all, there is no volume.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>Makes volumes with contents.</summary>
public static class ExtBuilder
{
    private const int OrdinaryBlockSize = 4096;

    /// <summary>Decides how a tree goes into a volume, and on its size. Nothing is written.</summary>
    /// <param name="root">The root directory. A missing lost+found is entered.</param>
    /// <param name="options">How the volume is made; without a size one is worked out.</param>
    /// <param name="sizing">How large it is to be when the options do not say so, or null.</param>
    /// <returns>The plan. It is of no use once the tree is changed, or planned again.</returns>
    /// <errors>EINVAL, EOPNOTSUPP, EFBIG, ENAMETOOLONG, EMLINK, ERANGE, ENOTDIR: an option, or what cannot be stored,
    /// by name; ENOSPC it does not fit.</errors>
    public static Result<BuildPlan> Plan(BuildNode root, FormatOptions options, BuildSizing? sizing = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(options);
        Check.That(root.IsDirectory);
        Result<NumberedTree> numbered = NumberedTree.Of(root);
        if (!numbered.TryGet(out NumberedTree? tree, out FsError error))
        {
            return error;
        }

        BuildSizing how = sizing ?? new BuildSizing();
        Result<BuildPlan> planned = PlanFor(tree, options, how);
        if (planned.IsOk || options.BlockSize is not null || options.UsageTypes.Count > 0)
        {
            return planned;
        }

        Reason reason = planned.Error.Reason;
        if (reason != ExtBuildReasons.XattrRoom && reason != ExtBuildReasons.LinkTarget)
        {
            return planned;
        }

        // Small volumes have small blocks by default; nobody asked for them.
        Result<BuildPlan> larger = PlanFor(tree, options with { BlockSize = OrdinaryBlockSize }, how);
        return larger.TryGet(out BuildPlan? plan, out _) ? plan.With(
            $"blocks of {OrdinaryBlockSize} bytes, because smaller ones do not hold everything: {planned.Error.Detail}")
            : planned;
    }

    private static Result<BuildPlan> PlanFor(NumberedTree tree, FormatOptions options, BuildSizing sizing)
    {
        SizeSearch search = new(tree, options, sizing);
        Result<FormatOptions> found = options.SizeBytes is long size ? search.Sized(size) : search.Find();
        if (!found.TryGet(out FormatOptions? sized, out FsError error))
        {
            return error;
        }

        Result<BuildTrial> tried = BuildTrial.Of(tree, sized);
        if (!tried.TryGet(out BuildTrial? trial, out error))
        {
            return error;
        }

        Result<ulong> placed = trial.Place();
        if (!placed.TryGet(out ulong free, out error))
        {
            return error;
        }

        List<string> notes = [];
        if (trial.Plan.Note is not null)
        {
            notes.Add(trial.Plan.Note);
        }

        bool hasMoreInodes = sized.InodeCount is long count && options.InodeCount is null
            && !sizing.IsMinimal;
        if (hasMoreInodes)
        {
            notes.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{trial.Plan.Super.InodeCount} inodes, more than the size has by default: {trial.InodesUsed} are needed"));
        }

        return new BuildPlan(tree, sized)
        {
            ContentBytes = trial.Contents.Pieces.TotalBytes,
            Parts = SizeSearch.Explain(trial, free),
            Notes = notes,
        };
    }

    /// <summary>Writes a planned volume. What the device held is lost.</summary>
    /// <param name="device">The device; stays the caller's.</param>
    /// <param name="plan">What was planned.</param>
    /// <param name="isBlank">Whether the device is known to read as zeros.</param>
    /// <param name="threads">Threads that read sources and write, at least one; the bytes do not depend on it.</param>
    /// <param name="progress">Hears of bytes of contents done, from any thread; or null.</param>
    /// <param name="cancellation">Ends the writing; there is no volume then.</param>
    /// <returns>What was made.</returns>
    /// <errors>As <see cref="Plan"/>; what device and sources say is thrown.</errors>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static Result<FormatSummary> Write(
        IBlockDevice device,
        BuildPlan plan,
        bool isBlank = false,
        int threads = 1,
        Action<long>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(plan);
        if (plan.SizeBytes > device.SizeBytes)
        {
            return ExtBuildReasons.DeviceSize.With($"{plan.SizeBytes} bytes on {device.SizeBytes}");
        }

        Result<BuildTrial> tried = BuildTrial.Of(
            plan.Tree, isBlank ? plan.Options with { IsBlank = true } : plan.Options);
        return tried.TryGet(out BuildTrial? trial, out FsError error)
            ? ExtFormatter.Write(device, trial.Plan, trial.Places, trial.Contents, writer =>
                new ContentWriter(
                    writer.Output, trial.Plan.Super.BlockSize, trial.Contents.Pieces.Pieces, progress, cancellation)
                    .Write(threads))
            : error;
    }
}
