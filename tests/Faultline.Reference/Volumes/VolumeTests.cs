// Goal: whatever a program does to a volume, names, contents and attributes are what the model says, at any time, after
// a remount, and in the eyes of the kernel; and e2fsck finds nothing wrong. Method: random operations on volumes of a
// few hundred MiB, more than half full, with thousands of names. A campaign:
// FAULTLINE_VOLUME_OPS=1000000 FAULTLINE_VOLUME_SEED=1 ./test Volumes
// Segments of 50,000 operations have a volume and a seed of their own, so that a campaign goes on at any seed.

using System;
using System.Globalization;
using System.IO;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Xunit.Abstractions;

namespace Faultline.Reference.Volumes;

public sealed class VolumeTests(ITestOutputHelper output) : IDisposable
{
    private const long SegmentOperations = 50_000;
    private const long CheckEvery = 10_000;

    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-volumes").FullName;

    public static TheoryData<string> FeatureSets { get; } =
    [
        "-t ext4",
        "-t ext4 -b 1024",
        "-t ext4 -b 2048 -O ^has_journal",
        "-t ext4 -b 1024 -O bigalloc -C 8192",
        "-t ext4 -b 4096 -O ^metadata_csum,uninit_bg,^64bit",
        "-t ext4 -b 1024 -O inline_data",
        "-t ext4 -b 1024 -O ^extents,^64bit",
        "-t ext4 -b 4096 -O meta_bg,^resize_inode,^flex_bg",
        "-t ext4 -b 1024 -O ea_inode,large_dir,orphan_file,fast_commit -J size=8",
        "-t ext4 -b 4096 -I 128 -O sparse_super2,^extra_isize",
        "-t ext4 -b 1024 -O casefold,project,metadata_csum_seed -J size=4",
        "-t ext3 -b 1024",
        "-t ext2 -b 1024",
        "-t ext2 -b 4096",
    ];

    [Theory]
    [MemberData(nameof(FeatureSets))]
    public void Volume_HoldsWhatTheModelHolds(string features)
    {
        ArgumentNullException.ThrowIfNull(features);
        long operations = (long)Number("FAULTLINE_VOLUME_OPS", 4_000);
        ulong seed = Number("FAULTLINE_VOLUME_SEED", 1);
        for (long done = 0; done < operations; done += SegmentOperations)
        {
            Segment(features, seed, Math.Min(SegmentOperations, operations - done));
            seed++;
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ulong Number(string name, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out ulong value)
            ? value
            : otherwise;

    private void Segment(string features, ulong seed, long operations)
    {
        bool isCampaign = operations > CheckEvery;
        string image = Path.Combine(_folder, "image");
        using (FileStream stream = new(image, FileMode.Create))
        {
            stream.SetLength(isCampaign ? 320L << 20 : 64L << 20);
        }

        _ = Tool.Run("mke2fs", ["-q", "-F", "-N", isCampaign ? "16384" : "4096", "-m", "0", .. features.Split(' '), image]);
        bool isPointers = features.Contains("^extents", StringComparison.Ordinal)
            || features.Contains("ext2", StringComparison.Ordinal)
            || features.Contains("ext3", StringComparison.Ordinal);
        VolumeRun run = new(seed, isCampaign ? 5200 : 600)
        {
            HasExtents = !isPointers,
            ShiftUnit = features.Contains("-C 8192", StringComparison.Ordinal) ? 8192 : 4096,
        };
        using FolioPool pool = new(64L << 20);
        for (long done = 0; done < operations; done += CheckEvery)
        {
            using (FileDevice device = FileDevice.Open(image, FileAccess.ReadWrite))
            using (SuperBlock volume = MountOn(device, pool))
            {
                run.Mount = new Mount(volume, Credentials.Root);
                run.Run(Math.Min(CheckEvery, operations - done));
                volume.Sync().ThrowIfError();
            }

            _ = Tool.Run("e2fsck", "-fn", image);
            using FileDevice again = FileDevice.Open(image, FileAccess.ReadWrite);
            using SuperBlock remounted = MountOn(again, pool);
            run.Mount = new Mount(remounted, Credentials.Root);
            run.CompareAll();
        }

        // Not every kernel folds names: the one here refuses to mount such volumes.
        if (!features.Contains("casefold", StringComparison.Ordinal))
        {
            CompareWithKernel(image, run);
        }

        long before = GC.GetTotalMemory(forceFullCollection: false);
        long after = GC.GetTotalMemory(forceFullCollection: true);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"memory: {before >> 20} MiB, {after >> 20} MiB after a collection"));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{features}: seed {seed}: {run.Done} of {run.Done + run.Refused} done, {run.NameCount} names, "
                + $"{run.FullnessMin:P0} to {run.FullnessMax:P0} full; {run.Counts()}"));
        Assert.True(run.Done * 10 >= (run.Done + run.Refused) * 6, run.Counts());
    }

    internal static SuperBlock MountOn(FileDevice device, FolioPool pool)
    {
        MountContext context = new(
            device, pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        return new ExtFileSystemType().Mount(context).OrThrow();
    }

    private void CompareWithKernel(string image, VolumeRun run)
    {
        string point = Path.Combine(_folder, "mnt");
        _ = Directory.CreateDirectory(point);
        _ = Tool.Run("mount", "-o", "loop,ro", image, point);
        try
        {
            run.CompareHost(point);
        }
        finally
        {
            Tool.Unmount(point);
        }
    }
}
