// What we make against what mke2fs makes with the same options: dumpe2fs says the same of both, e2fsck finds ours
// clean, the kernel mounts it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Making;


namespace Faultline.Ext.Tests.Making;

public sealed class FormatTests : IDisposable
{
    private const string VolumeUuid = "11111111-2222-3333-4444-555555555555";
    private const string SeedUuid = "11111111-2222-3333-4444-555555555556";
    private static readonly Uuid s_uuid = new(0x1111111122223333, 0x4444555555555555);
    private static readonly Uuid s_seed = new(0x1111111122223333, 0x4444555555555556);

    // Bytes written and times differ; the block of multiple-mount protection names the host; checksums follow.
    private static readonly Regex s_ignored = new(
        "^(Lifetime writes|Filesystem created|Last write time|Last checked|Checksum:|    mmp_|Journal checksum)"
        + "|csum 0x[0-9a-f]+", RegexOptions.Compiled);

    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-mkfs").FullName;

    public static TheoryData<string, long> Sets()
    {
        TheoryData<string, long> sets = [];
        foreach ((string options, long megabytes) in ((string, long)[])[
            ("-t ext4", 2), ("-t ext4", 4), ("-t ext4", 9), ("-t ext4", 20), ("-t ext4", 64), ("-t ext4", 129),
            ("-t ext4", 200), ("-t ext4", 511), ("-t ext4", 700), ("-t ext4", 1024), ("-t ext4", 4096),
            ("-t ext4", 20480), ("-t ext2", 100), ("-t ext3", 100), ("-t ext3", 3072), ("-t ext4 -b 1024", 1024),
            ("-t ext4 -b 2048", 1024), ("-t ext4 -O ^flex_bg", 100), ("-t ext4 -O ^resize_inode,meta_bg", 1024),
            ("-t ext4 -O bigalloc", 1024), ("-t ext4 -O bigalloc -C 65536", 20480), ("-t ext4 -O sparse_super2", 1024),
            ("-t ext4 -O ^extent,^64bit", 100), ("-t ext4 -O ^metadata_csum,uninit_bg", 100),
            ("-t ext4 -O ^has_journal", 100), ("-t ext4 -G 4", 100), ("-t ext4 -G 64", 1024),
            ("-t ext4 -g 2048 -b 1024", 40), ("-t ext4 -i 65536 -m 1", 1024), ("-t ext4 -N 5000 -I 512", 1024),
            ("-t ext4 -J size=64", 1024), ("-t ext4 -O metadata_csum_seed,orphan_file", 1024),
            ("-t ext4 -O mmp", 300), ("-t ext4 -O fast_commit", 1024), ("-t ext2 -O none -r 0", 100),
            ("-t ext4 -b 32768", 4096), ("-t ext4 -O inline_data", 100),
            ("-t ext4 -O inline_data", 1024), ("-t ext4 -O orphan_file", 9000), ("-t ext4", 307200),
            ("-t ext4 -T largefile", 1024), ("-t ext4 -T news", 700), ("-t ext3 -O flex_bg", 1024),
            ("-t ext4 -O casefold,encrypt,verity,project,large_dir,ea_inode,stable_inodes", 100),
            ("-t ext4 -L label -e panic", 64), ("-t ext2 -I 128", 512), ("-t ext4 -E stride=4,stripe_width=16", 64),
            ("-t ext4 -E lazy_itable_init=0", 100), ("-t ext4 -E root_owner=7:8,resize=8388608 -b 4096", 1024)])
        {
            sets.Add(options, megabytes);
        }

        return sets;
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Dumpe2fs_says_the_same_as_of_mke2fs(string options, long megabytes)
    {
        string theirs = Path.Combine(_directory, "theirs.img");
        string ours = Path.Combine(_directory, "ours.img");
        string[] seed = ["-q", "-F", "-U", VolumeUuid, "-E", $"hash_seed={SeedUuid}{Extended(options)}"];
        string[] given = [.. Plain(options)];
        Tool.Run("mke2fs", [.. seed, .. given, theirs, $"{megabytes}M"]);
        FormatOptions read = Read(given, Extended(options));
        using (FileStream file = File.Create(ours))
        {
            file.SetLength(megabytes << 20);
        }

        using (FileDevice device = FileDevice.Open(ours, FileAccess.ReadWrite))
        {
            Result<FormatSummary> made = ExtFormatter.Format(device, read with { IsBlank = true });
            Assert.True(made.IsOk, made.IsOk ? "" : made.Error.ToString());
        }

        Tool.Run("e2fsck", "-fn", ours);
        Assert.Equal(Dump(theirs), Dump(ours));
        foreach (int inode in (int[])[2, 7, 8, 11, 12])
        {
            Assert.Equal(Stat(theirs, inode), Stat(ours, inode));
        }
    }

    [Theory]
    [InlineData("ext4", 64)]
    [InlineData("ext4", 1024)]
    [InlineData("ext3", 100)]
    [InlineData("ext2", 100)]
    public void The_kernel_mounts_and_writes_what_was_made(string type, long megabytes)
    {
        string image = Path.Combine(_directory, "kernel.img");
        using (FileStream file = File.Create(image))
        {
            file.SetLength(megabytes << 20);
        }

        using (FileDevice device = FileDevice.Open(image, FileAccess.ReadWrite))
        {
            Assert.True(ExtFormatter.Format(device, new FormatOptions { Type = type, IsBlank = true }).IsOk);
        }

        using (KernelMount mount = new(image))
        {
            mount.Shell("mkdir d && dd if=/dev/urandom of=d/f bs=64k count=40 2>/dev/null && sync");
        }

        Tool.Run("e2fsck", "-fn", image);
    }

    [Fact]
    public void A_device_with_other_contents_becomes_a_clean_volume()
    {
        MemoryDevice device = new(8 << 20);
        byte[] noise = new byte[1 << 20];
        noise.AsSpan().Fill(0xA5);
        for (int index = 0; index < 8; index++)
        {
            device.Write((long)index << 20, noise);
        }

        FormatOptions options = new() { Type = "ext3", Now = default(UnixTime), Discard = false };
        Assert.True(ExtFormatter.Format(device, options).IsOk);
        byte[] image = new byte[8 << 20];
        device.Read(0, image);
        string path = Path.Combine(_directory, "noise.img");
        File.WriteAllBytes(path, image);
        Tool.Run("e2fsck", "-fn", path);
    }

    [Fact]
    public void The_same_options_make_the_same_bytes()
    {
        FormatOptions options = new() { Uuid = s_uuid, HashSeed = s_seed, Now = new UnixTime(17, 0), IsBlank = true };
        using MemoryDevice first = new(64 << 20);
        using MemoryDevice second = new(64 << 20);
        Assert.True(ExtFormatter.Format(first, options).IsOk);
        Assert.True(ExtFormatter.Format(second, options).IsOk);
        byte[] one = new byte[64 << 20];
        byte[] two = new byte[64 << 20];
        first.Read(0, one);
        second.Read(0, two);
        Assert.True(one.AsSpan().SequenceEqual(two));
    }

    [Fact]
    public void Twenty_gibibytes_allocate_less_than_five_mebibytes()
    {
        string image = Path.Combine(_directory, "large.img");
        using (FileStream file = File.Create(image))
        {
            file.SetLength(20L << 30);
        }

        using FileDevice device = FileDevice.Open(image, FileAccess.ReadWrite);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Result<FormatSummary> made = ExtFormatter.Format(device, new FormatOptions { IsBlank = true });
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(made.TryGet(out FormatSummary? summary, out _));
        Assert.True(allocated < 5 << 20, $"{allocated} bytes");
        Assert.True(summary.WrittenBytes <= 5 << 20, $"{summary.WrittenBytes} bytes written");
    }

    [Theory]
    [InlineData("quota", "Ext.FormatFeature")]
    [InlineData("nonsense", "Ext.FormatFeature")]
    [InlineData("meta_bg", "Ext.FormatCombination")]
    [InlineData("^extent", "Ext.FormatCombination")]
    public void What_cannot_be_made_is_refused_by_name(string feature, string reason)
    {
        using MemoryDevice device = new(64 << 20);
        Result<FormatSummary> made = ExtFormatter.Format(device, new FormatOptions { Features = [feature] });
        Assert.False(made.IsOk);
        Assert.Equal(reason, made.Error.Reason!.Name);
        Assert.Equal(0, device.AllocatedBytes);
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static string Extended(string options)
    {
        Match match = Regex.Match(options, "-E (\\S+)");
        return match.Success ? "," + match.Groups[1].Value : "";
    }

    private static IEnumerable<string> Plain(string options) => Regex.Replace(options, "-E \\S+", "")
        .Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static FormatOptions Read(string[] given, string extended)
    {
        FormatOptions options = new() { Uuid = s_uuid, HashSeed = s_seed };
        for (int index = 0; index < given.Length; index += 2)
        {
            string value = given[index + 1];
            options = given[index] switch
            {
                "-t" => options with { Type = value },
                "-b" => options with { BlockSize = int.Parse(value) },
                "-C" => options with { ClusterSize = int.Parse(value) },
                "-i" => options with { BytesPerInode = int.Parse(value) },
                "-I" => options with { InodeSize = int.Parse(value) },
                "-N" => options with { InodeCount = int.Parse(value) },
                "-g" => options with { BlocksPerGroup = int.Parse(value) },
                "-G" => options with { GroupsPerFlex = int.Parse(value) },
                "-m" => options with { ReservedPercent = int.Parse(value) },
                "-L" => options with { Label = value },
                "-e" => options with { ErrorPolicy = 3 },
                "-r" => options with { Revision = int.Parse(value) },
                "-T" => options with { UsageTypes = [value] },
                "-J" => options with { JournalMegabytes = int.Parse(value["size=".Length..]) },
                "-O" => options with { Features = value.Split(',') },
                _ => throw new ArgumentException(given[index]),
            };
        }

        foreach (string item in extended.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            options = item switch
            {
                "stride=4" => options with { Stride = 4 },
                "stripe_width=16" => options with { StripeWidth = 16 },
                "lazy_itable_init=0" => options with { LazyInodeTables = false },
                "root_owner=7:8" => options with { RootUid = 7, RootGid = 8 },
                "resize=8388608" => options with { ResizeLimitBlocks = 8388608 },
                _ => throw new ArgumentException(item),
            };
        }

        return options;
    }

    private static string Dump(string image) => string.Join('\n', Tool.Run("dumpe2fs", image)
        .Split('\n').Select(line => s_ignored.Replace(line, "#")).Where(line => !line.StartsWith('#')));

    private static string Stat(string image, int inode) => string.Join('\n', Tool.Run(
        "debugfs", "-R", $"stat <{inode}>", image).Split('\n').Where(line => !line.Contains("time") && !line.Contains("checksum")));
}
