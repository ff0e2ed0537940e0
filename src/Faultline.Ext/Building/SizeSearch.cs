// Finds the size of a volume for a tree. The journal, and without a wish of the caller's the size of blocks, grow by
// steps with the volume; between two steps more size is more room, so that the least size that fits is found by
// halving.
//
// What a tree needs is counted once for a size of blocks, as if space had no end; what a volume of some size has left
// is computed without placing anything. In the end everything is placed for once, and if pieces of free space were too
// small for maps to be as small as counted, a little more is taken.

using System;
using System.Collections.Generic;
using System.Globalization;
using Faultline.Base;
using Faultline.Ext.Making;

namespace Faultline.Ext.Building;

/// <summary>Finds the size of a volume for a tree.</summary>
/// <param name="tree">The tree.</param>
/// <param name="options">How the volume is made.</param>
/// <param name="sizing">How large it is to be.</param>
internal sealed class SizeSearch(NumberedTree tree, FormatOptions options, BuildSizing sizing)
{
    private const long MiB = 1L << 20;
    private const long GiB = 1L << 30;
    private const long TiB = 1L << 40;
    private const long SampleBytes = 64 * GiB;
    private const long SizeUnit = 4096;
    private const long FreeBytesMin = 4 * MiB;
    private const int FreeFraction = 10;
    private const int RetriesMax = 48;
    private const int LooksMax = 5;

    private static ReadOnlySpan<long> ProfileSteps => [0, 3 * MiB, 512 * MiB, 4 * TiB, 16 * TiB, long.MaxValue];

    private static ReadOnlySpan<long> JournalSteps =>
        [0, 2048, 32768, 262144, 524288, 4194304, 8388608, 16777216, 33554432];

    private readonly Dictionary<int, (ulong Clusters, ulong ClusterBlocks)> _needs = [];

    /// <summary>Finds the size.</summary>
    /// <returns>The options with size and number of inodes.</returns>
    /// <errors>ENOSPC no size holds it; as <see cref="BuildTrial.Of"/>.</errors>
    internal Result<FormatOptions> Find()
    {
        for (int step = 0; step + 1 < ProfileSteps.Length; step++)
        {
            Result<long> need = Measure(ProfileSteps[step], out int blockSize);
            if (!need.TryGet(out long needBytes, out FsError error))
            {
                // What blocks of one size cannot hold, the caller tries with larger ones.
                return error;
            }

            for (int part = 0; part < JournalSteps.Length; part++)
            {
                long low = long.Max(ProfileSteps[step], JournalSteps[part] * blockSize);
                long high = long.Min(
                    ProfileSteps[step + 1],
                    part + 1 < JournalSteps.Length ? JournalSteps[part + 1] * blockSize : long.MaxValue);
                long most = (4 * (needBytes + WantedFree(needBytes))) + JournalBytes + (4 * GiB);
                long? found = low < high ? FindBetween(long.Max(low, needBytes), long.Min(high, most)) : null;
                if (found is long size)
                {
                    return Settle(size, high);
                }
            }
        }

        return ExtBuildReasons.NoSize;
    }

    private long JournalBytes => (options.JournalMegabytes ?? 0) * MiB * 2;

    private long WantedFree(long needBytes) => sizing.IsMinimal
        ? sizing.FreeBytes ?? 0
        : sizing.FreeBytes ?? long.Max(needBytes / FreeFraction, FreeBytesMin);

    // What the tree needs in volumes of a size or somewhat more. Counted as if the volume were large: what it needs
    // depends on the size of its blocks alone.
    private Result<long> Measure(long size, out int blockSize)
    {
        blockSize = 0;
        Result<UsageProfile> profile = UsageProfile.Of(options.UsageTypes, size);
        if (!profile.TryGet(out UsageProfile? chosen, out FsError error))
        {
            return error;
        }

        blockSize = options.BlockSize ?? chosen.BlockSize;
        if (!_needs.TryGetValue(blockSize, out (ulong Clusters, ulong ClusterBlocks) need))
        {
            FormatOptions sized = options with
            {
                SizeBytes = SampleBytes,
                BlockSize = blockSize,
                InodeCount = null,
                JournalMegabytes = null,
                JournalLocation = null,
            };
            Result<FormatPlan> planned = BuildTrial.PlanOf(sized);
            if (!planned.TryGet(out FormatPlan? plan, out error))
            {
                return error;
            }

            Result<ulong> counted = Count(plan);
            if (!counted.TryGet(out ulong clusters, out error))
            {
                return error;
            }

            need = (clusters, (ulong)plan.Super.BlocksPerCluster);
            _needs.Add(blockSize, need);
        }

        return (long)(need.Clusters * need.ClusterBlocks) * blockSize;
    }

    private Result<ulong> Count(FormatPlan plan)
    {
        ContentPlacer contents = new(tree, plan, VolumeWriter.FirstFreeInode(plan.Super));
        Result placed = contents.PlaceXattrs();
        placed = placed.IsOk ? contents.CheckLinks() : placed;
        if (placed.IsOk)
        {
            ulong clusterBlocks = (ulong)plan.Super.BlocksPerCluster;
            SpaceCursor endless = new(new UsedRuns(uint.MaxValue, clusterBlocks), clusterBlocks, clusterBlocks);
            placed = contents.Place(endless, new NewInodeTable(plan.Super, contents.FirstFree - 1));
        }

        return placed.IsOk ? contents.TakenClusters : placed.Error;
    }

    private long? FindBetween(long low, long high)
    {
        long first = Bits.DivideRoundUp(low, SizeUnit);
        long end = high / SizeUnit; // does not belong to it
        if (first >= end || !Fits((end - 1) * SizeUnit))
        {
            return null;
        }

        end--;
        while (first < end)
        {
            long middle = first + ((end - first) / 2);
            if (Fits(middle * SizeUnit))
            {
                end = middle;
            }
            else
            {
                first = middle + 1;
            }
        }

        return end * SizeUnit;
    }

    private bool Fits(long size)
    {
        if (!Sized(size).TryGet(out FormatOptions? sized, out _)
            || !BuildTrial.PlanOf(sized).TryGet(out FormatPlan? plan, out _)
            || !_needs.TryGetValue(plan.Super.BlockSize, out (ulong Clusters, ulong ClusterBlocks) need)
            || !GroupPlaces.Of(plan).TryGet(out GroupPlaces? places, out _))
        {
            return false;
        }

        using NullDevice device = new((long)plan.Super.BlockCount * plan.Super.BlockSize);
        VolumeWriter writer = new(plan, places, device, isBlank: true);
        if (!writer.Begin().IsOk)
        {
            return false;
        }

        // Root and lost+found are part of what the tree needs.
        ulong own = writer.DirectoryClusters;
        ulong wanted = need.Clusters + ExtraClusters(plan, need.Clusters);
        return writer.CountFree() + own >= wanted;
    }

    private ulong ExtraClusters(FormatPlan plan, ulong needClusters)
    {
        ulong clusterBlocks = (ulong)plan.Super.BlocksPerCluster;
        long needBytes = (long)(needClusters * clusterBlocks) * plan.Super.BlockSize;
        ulong free = Bits.DivideRoundUp((ulong)WantedFree(needBytes), (ulong)plan.Super.ClusterSize);
        ulong reserved = sizing.IsMinimal ? 0 : plan.Super.ReservedBlockCount;
        return free + Bits.DivideRoundUp(reserved, clusterBlocks);
    }

    /// <summary>The options for a size: with as many inodes as the tree needs.</summary>
    /// <param name="size">Bytes of the volume.</param>
    /// <returns>The options.</returns>
    /// <errors>As <see cref="ExtFormatter.Format"/>, of the options.</errors>
    internal Result<FormatOptions> Sized(long size)
    {
        FormatOptions sized = options with { SizeBytes = size };
        if (options.InodeCount is not null)
        {
            return sized;
        }

        // The number of inodes decides on the room for a journal, and whether there is an orphan file on the number of
        // inodes: a second look sees what the first one changed.
        for (int look = 0; look < LooksMax; look++)
        {
            Result<FormatPlan> planned = BuildTrial.PlanOf(sized);
            if (!planned.TryGet(out FormatPlan? plan, out FsError error))
            {
                return error;
            }

            uint used = InodesUsedIn(plan);
            uint spare = sizing.IsMinimal || options.SizeBytes is not null ? 0 : used / FreeFraction;
            bool isEnough = plan.Super.InodeCount >= used + spare;
            if (isEnough && (look > 0 || !sizing.IsMinimal))
            {
                return sized;
            }

            // Groups have multiples of eight, rounded down, as the tools have it.
            long missing = look == 0 || isEnough ? 0 : 8 * (long)plan.Super.GroupCount;
            sized = sized with { InodeCount = long.Max(used + spare, (sized.InodeCount ?? 0) + missing) };
        }

        return sized;
    }

    // Values of attributes may need inodes, too; those are known for a size of blocks only.
    private uint InodesUsedIn(FormatPlan plan)
    {
        ContentPlacer contents = new(tree, plan, VolumeWriter.FirstFreeInode(plan.Super));
        return contents.PlaceXattrs().IsOk ? contents.FirstFree - 1 : 0;
    }

    // Places everything; takes a little more until it fits. Sizes that nobody asked for in bytes are whole mebibytes.
    private Result<FormatOptions> Settle(long size, long high)
    {
        if (!sizing.IsMinimal)
        {
            long rounded = Bits.DivideRoundUp(size, MiB) * MiB;
            size = rounded < high ? rounded : size;
        }

        FsError error = default;
        for (int retry = 0; retry < RetriesMax; retry++)
        {
            Result<FormatOptions> sized = Sized(size);
            if (!sized.TryGet(out FormatOptions? chosen, out error))
            {
                return error;
            }

            Result<BuildTrial> trial = BuildTrial.Of(tree, chosen);
            Result<ulong> placed = trial.TryGet(out BuildTrial? made, out error) ? made.Place() : error;
            if (placed.TryGet(out _, out error))
            {
                return chosen;
            }

            if (error.Errno != Abi.Errno.ENOSPC)
            {
                return error;
            }

            size += SizeUnit + (size / 4096 * retry / SizeUnit * SizeUnit);
        }

        return error;
    }

    /// <summary>Describes where a size comes from.</summary>
    /// <param name="trial">The tree in its volume, placed.</param>
    /// <param name="freeClusters">Clusters that remain free.</param>
    /// <returns>What takes how many bytes; together the size.</returns>
    internal static IReadOnlyList<(string What, long Bytes)> Explain(BuildTrial trial, ulong freeClusters)
    {
        ExtSuperBlock super = trial.Plan.Super;
        ContentPlacer contents = trial.Contents;
        long BytesOf(ulong clusters) => (long)(clusters * (ulong)super.BlocksPerCluster) * super.BlockSize;
        ulong other = contents.TakenClusters - contents.DirectoryClusters - contents.XattrClusters;
        List<(string What, long Bytes)> parts =
        [
            ("contents of files and links", BytesOf(other)),
            (string.Create(CultureInfo.InvariantCulture, $"directories"), BytesOf(contents.DirectoryClusters)),
            ("extended attributes", BytesOf(contents.XattrClusters)),
            (string.Create(CultureInfo.InvariantCulture, $"{super.InodeCount} inodes, {trial.InodesUsed} in use"),
                (long)(super.GroupCount * trial.Plan.TableBlocks) * super.BlockSize),
            ("journal", (trial.Plan.JournalBlocks + (long)trial.Plan.FastCommitBlocks) * super.BlockSize),
            (string.Create(CultureInfo.InvariantCulture,
                $"free, {(long)super.ReservedBlockCount * super.BlockSize} of it for the superuser"),
                BytesOf(freeClusters)),
        ];
        long rest = (long)super.BlockCount * super.BlockSize;
        foreach ((_, long bytes) in parts)
        {
            rest -= bytes;
        }

        parts.Add(("superblocks, descriptors, bitmaps, the volume's own files", rest));
        _ = parts.RemoveAll(static part => part.Bytes == 0);
        return parts;
    }
}
