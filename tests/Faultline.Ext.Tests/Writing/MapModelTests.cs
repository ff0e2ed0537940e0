// Goal: whatever is done to the files of a volume, they read as an array of bytes that the same was done to, and
// e2fsck finds nothing. Method: random operations from a seed, on volumes of every kind of map.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Inodes;
using Faultline.Iomap.Direct;
using Faultline.Iomap.Space;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;

namespace Faultline.Ext.Tests.Writing;

public sealed class MapModelTests
{
    private const int SizeMax = 600_000;

    public static TheoryData<string, ulong> Cases
    {
        get
        {
            TheoryData<string, ulong> cases = [];
            string[] images =
            [
                "-t ext4 -b 1024",
                "-t ext4 -b 4096",
                "-t ext4 -b 2048 -O ^metadata_csum,uninit_bg",
                "-t ext4 -b 1024 -O bigalloc -C 8192",
                "-t ext4 -b 4096 -O bigalloc -C 16384",
                "-t ext4 -b 1024 -O meta_bg,^resize_inode",
                "-t ext4 -b 1024 -O ^64bit",
                "-t ext3 -b 1024",
                "-t ext2 -b 4096",
                "-t ext2 -b 1024 -I 128",
            ];
            foreach (string image in images)
            {
                for (ulong seed = 1; seed <= 3; seed++)
                {
                    cases.Add(image, seed);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void RandomOperations_ReadAsTheModel(string image, ulong seed)
    {
        using SpaceVolume space = new(24 << 20, 2, image.Split(' '));
        Run(space, seed, 250);
    }

    // A volume so small that operations fail for space all the time.
    [Theory]
    [InlineData("-t ext4 -b 1024", 1)]
    [InlineData("-t ext4 -b 1024", 2)]
    [InlineData("-t ext4 -b 1024 -O bigalloc -C 4096", 3)]
    [InlineData("-t ext2 -b 1024", 4)]
    [InlineData("-t ext4 -b 4096", 5)]
    public void FullVolumes_FailWholeAndLeakNothing(string image, ulong seed)
    {
        string[] arguments = [.. image.Split(' '), "-O", "^has_journal", "-N", "32"];
        using SpaceVolume space = new(image.Contains("4096", StringComparison.Ordinal) ? 3 << 20 : 900 << 10, 2, arguments);
        Run(space, seed, 300);
    }

    private static void Run(SpaceVolume space, ulong seed, int steps)
    {
        long free = space.Allocator.UnclaimedClusterCount;
        using FolioPool pool = new(16L << 20);
        byte[][] models = [[], []];
        using (MapVolume volume = new(space, pool))
        {
            Prng random = new(seed);
            for (int step = 0; step < steps; step++)
            {
                int which = (int)random.Below(2);
                MapInode file = volume.File($"f{which}");
                string what = Step(volume, file, ref models[which], random);
                Compare(file, models[which], $"seed {seed}, step {step}: {what}");
            }

            volume.SyncAll();
            for (int which = 0; which < 2; which++)
            {
                MapInode file = volume.File($"f{which}");
                Assert.False(file.IsOrphan);
                Assert.Equal(models[which].Length, file.Record.SizeBytes);
                file.Map.ReleaseWindow();
            }
        }

        space.AssertClean();
        long used = 0;
        using ExtVolumeScope fresh = new(space);
        for (int which = 0; which < 2; which++)
        {
            InodeRecord record = fresh.File($"f{which}");
            Assert.True(models[which].AsSpan().SequenceEqual(ExtImage.ReadAll(fresh.Volume, record)));
            used += (long)record.Sectors / (space.Super.ClusterSize / 512);
        }

        Assert.Equal(free, space.Allocator.UnclaimedClusterCount + used);
    }

    private static string Step(MapVolume volume, MapInode file, ref byte[] model, Prng random)
    {
        int at = (int)random.Below(SizeMax);
        int length = 1 + (int)random.Below(random.OneIn(4) ? 200_000 : 12_000);
        long kind = random.Below(20);
        using ExclusiveGuard guard = file.Lock.AcquireExclusive();
        switch (kind)
        {
            case < 9:
                return Write(file, ref model, at, length, random, isDirect: kind >= 7);
            case < 14:
                return Shrink(file, ref model, at, length, isTruncate: kind < 11);
            case < 16:
                return Fill(file, ref model, at, length, random, isZero: kind == 14);
            case < 18:
                return Shift(file, ref model, at, length, isCollapse: kind == 16);
            case 18:
                WritePages.Run(file, WritebackControl.OfBytes(at, at + length)).ThrowIfError();
                return $"flush {at} {length}";
            default:
                volume.SyncAll();
                return "sync";
        }
    }

    private static string Write(
        MapInode file, ref byte[] model, int at, int length, Prng random, bool isDirect)
    {
        at = isDirect ? at / 512 * 512 : at;
        length = isDirect ? Math.Max(512, length / 512 * 512) : length;
        byte[] bytes = SourceTree.Bytes(random, length);
        Result<int> written = isDirect
            ? DirectWrite.Write(file, at, bytes)
            : BufferedWrite.Write(file, at, new SpanSource(bytes));
        _ = Allow(written.IsOk ? Result.Ok : written.Error);
        int done = written.IsOk ? written.Value : 0;
        if (done > 0)
        {
            Array.Resize(ref model, Math.Max(model.Length, at + done));
            bytes.AsSpan(0, done).CopyTo(model.AsSpan(at));
        }

        return $"write {at} {length}, direct {isDirect}";
    }

    private static string Shrink(MapInode file, ref byte[] model, int at, int length, bool isTruncate)
    {
        if (isTruncate && Allow(Truncate.Run(file, at)))
        {
            Array.Resize(ref model, at);
        }

        if (!isTruncate && Allow(PunchHole.Run(file, at, at + length)))
        {
            Clear(model, at, length);
        }

        return $"punch {at} {length}, truncate {isTruncate}";
    }

    private static string Fill(MapInode file, ref byte[] model, int at, int length, Prng random, bool isZero)
    {
        bool keepsSize = random.OneIn(2);
        bool isDone = isZero
            ? Allow(ZeroRange.Run(file, at, at + length, keepsSize))
            : Allow(Preallocate.Run(file, at, at + length, keepsSize));
        if (isDone && !keepsSize)
        {
            Array.Resize(ref model, Math.Max(model.Length, at + length));
        }

        if (isZero && (isDone || file.Writer.HasUnwrittenExtents))
        {
            // Without space for the blocks the range reads as zeros all the same.
            Clear(model, at, length);
        }

        return $"fill {at} {length}, zero {isZero}, keeps size {keepsSize}";
    }

    private static string Shift(MapInode file, ref byte[] model, int at, int length, bool isCollapse)
    {
        int unit = file.Writer.BlockSizeBytes;
        int start = at / unit * unit;
        int end = start + (Math.Max(1, length / unit) * unit);
        if (isCollapse && end < model.Length && Allow(ShiftRange.Collapse(file, start, end)))
        {
            model = [.. model.AsSpan(0, start), .. model.AsSpan(end)];
        }

        if (!isCollapse && start < model.Length && Allow(ShiftRange.Insert(file, start, end)))
        {
            model = [.. model.AsSpan(0, start), .. new byte[end - start], .. model.AsSpan(start)];
        }

        return $"shift {start} {end}, collapse {isCollapse}";
    }

    private static bool Allow(Result result)
    {
        bool isExpected = result.IsOk
            || result.Error.Errno is Errno.ENOSPC or Errno.EOPNOTSUPP
            || result.Error.Reason.Name == "Ext.CannotShift";
        Assert.True(isExpected, result.IsOk ? "" : result.Error.ToString());
        return result.IsOk;
    }

    private static void Clear(byte[] model, int at, int length)
    {
        int from = Math.Min(model.Length, at);
        model.AsSpan(from, Math.Min(model.Length, at + length) - from).Clear();
    }

    private static void Compare(MapInode file, byte[] model, string what)
    {
        Assert.True(model.Length == file.SizeBytes, $"{what}: size {file.SizeBytes}, model {model.Length}");
        byte[] read = new byte[model.Length + 1];
        int got = 0;
        while (got < model.Length)
        {
            int piece = file.Mapping.Read(
                got, read.AsSpan(got), new ReadaheadState(0), ReadMode.Blocking).OrThrow();
            Assert.True(piece > 0, what);
            got += piece;
        }

        int differs = read.AsSpan(0, model.Length).CommonPrefixLength(model);
        Assert.True(differs == model.Length, $"{what}: byte {differs} of {model.Length}");
    }
}
