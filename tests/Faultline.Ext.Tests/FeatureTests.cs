// Goal: each feature that a tree copied by mke2fs does not exercise. Method: debugfs or the kernel
// makes the structure, we read it, the tool's own answer decides.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Tests;

public sealed class FeatureTests
{
    [Theory]
    [InlineData("legacy", false)]
    [InlineData("half_md4", false)]
    [InlineData("tea", false)]
    [InlineData("legacy", true)]
    [InlineData("half_md4", true)]
    [InlineData("tea", true)]
    public void EveryNameOfAHashedDirectory_IsFound(string hash, bool isUnsigned)
    {
        string tree = Directory.CreateTempSubdirectory("faultline-names").FullName;
        List<string> names = [.. Enumerable.Range(0, 6000).Select(static i => $"näme {i} – ÿ{i * 7}")];
        try
        {
            names.ForEach(name => File.WriteAllText(Path.Combine(tree, name), "x"));
            using ExtImage image = new(
                32L << 20, "-t", "ext4", "-b", "1024", "-N", "7000", "-E", "lazy_itable_init=0", "-d", tree);
            image.Change(
                $"set_super_value def_hash_version {hash}", $"set_super_value flags {(isUnsigned ? 2 : 1)}");
            Fsck(image, "-fyD");
            Fsck(image, "-fn");
            ExtVolume volume = ExtImage.Open(image.Load());
            InodeRecord root = ExtImage.Walk(volume, "/");
            Assert.True(root.Has(ExtInodeFlags.Index));
            Assert.Equal(2, volume.Directories.TreeLevels(root));
            foreach (string name in names)
            {
                Assert.True(volume.Directories.Lookup(root, Encoding.UTF8.GetBytes(name)).IsOk, name);
            }
        }
        finally
        {
            Directory.Delete(tree, recursive: true);
        }
    }

    private static void Fsck(ExtImage image, string flags) => Tool.Run(
        "sh", "-c", $"e2fsck {flags} '{image.Path}' > /dev/null 2>&1; test $? -le 1");

    [Fact]
    public void ListingResumesAtEveryCookie()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "1024");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("for i in $(seq 1 300); do : > file-$i; done; rm file-1?; mkdir inner");
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord root = ExtImage.Walk(volume, "/");
        List<ExtImage.Listed> all = ExtImage.List(volume, root);
        Assert.Equal(294, all.Count);
        List<ExtImage.Listed> pieces = [];
        ulong cookie = 0;
        while (true)
        {
            ExtImage.ListSink sink = new(1 + (pieces.Count % 5));
            volume.Directories.List(root, cookie, sink);
            if (sink.Items.Count == 0)
            {
                break;
            }

            pieces.AddRange(sink.Items);
            cookie = pieces[^1].NextCookie;
        }

        Assert.Equal(all, pieces);
    }

    [Fact]
    public void InlineDirectoryListing_ResumesAtEveryCookie()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-O", "inline_data", "-I", "256");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("mkdir small; : > small/a; : > small/bb; mkdir small/ccc; : > small/dddd; : > small/eeeee; "
                + ": > small/ffffff; : > small/g");
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord small = ExtImage.Walk(volume, "/small");
        Assert.True(small.Has(ExtInodeFlags.InlineData));
        List<ExtImage.Listed> all = ExtImage.List(volume, small);
        Assert.Equal(9, all.Count);
        for (int index = 0; index < all.Count; index++)
        {
            ExtImage.ListSink sink = new(1);
            volume.Directories.List(small, index == 0 ? 0 : all[index - 1].NextCookie, sink);
            Assert.Equal(all[index], sink.Items[0]);
        }
    }

    [Fact]
    public void AttributesOfEveryKind_AreWhatTheKernelShows()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "ea_inode");
        string large = new('L', 60_000);
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell(": > file; : > plain; mkdir dir; setfattr -n user.one -v 1 file; "
                + "setfattr -n trusted.two -v 22 file; setfattr -n security.three -v 333 file; "
                + $"setfattr -n user.large -v {large} file; setfattr -n user.medium -v {new string('m', 900)} file; "
                + "setfacl -m u:1234:rwx,g:99:r file; setfacl -d -m u:7:rx dir");
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord file = ExtImage.Walk(volume, "/file");
        Dictionary<string, long> names = XattrNamesOf(volume, file);
        Assert.Equal(
            ["security.three", "system.posix_acl_access", "trusted.two", "user.large", "user.medium", "user.one"],
            names.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(60_000, names["user.large"]);
        Assert.Equal(large, Value(volume, file, "user.large"));
        Assert.Equal("22", Value(volume, file, "trusted.two"));
        byte[] acl = new byte[names["system.posix_acl_access"]];
        Assert.Equal(acl.Length, volume.Xattrs.Get(file, "system.posix_acl_access"u8, acl).OrThrow());
        Assert.Equal(
            "02000000" + "01000600FFFFFFFF" + "02000700D2040000" + "04000400FFFFFFFF" + "0800040063000000"
            + "10000700FFFFFFFF" + "20000400FFFFFFFF",
            Convert.ToHexString(acl));
        Assert.Contains(
            "system.posix_acl_default", XattrNamesOf(volume, ExtImage.Walk(volume, "/dir")).Keys);
        Assert.Same(
            ExtReasons.XattrMissing, volume.Xattrs.Get(file, "user.none"u8, default).Error.Reason);
        Assert.Same(
            ExtReasons.XattrRange, volume.Xattrs.Get(file, "user.medium"u8, new byte[899]).Error.Reason);
        Assert.Empty(XattrNamesOf(volume, ExtImage.Walk(volume, "/plain")));
    }

    [Fact]
    public void DamagedAttributeValueInAnInode_IsReported()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "ea_inode");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell($": > file; setfattr -n user.large -v {new string('Q', 20_000)} file");
        }

        byte[] bytes = File.ReadAllBytes(image.Path);
        byte[] sought = Encoding.ASCII.GetBytes(new string('Q', 4096));
        int place = 0;
        // The value is in the journal too.
        while (bytes.AsSpan(place).IndexOf(sought) is int next and >= 0)
        {
            bytes[place + next + 100] = (byte)'q';
            place += next + 4096;
        }

        ExtVolume volume = ExtImage.Open(MemoryDevice.Of(bytes));
        FsException failure = Assert.Throws<FsException>(
            () => volume.Xattrs.Get(ExtImage.Walk(volume, "/file"), "user.large"u8, default));
        Assert.Same(ExtReasons.XattrInodeHash, failure.Error.Reason);
    }

    private static string Value(ExtVolume volume, InodeRecord inode, string name)
    {
        byte[] value = new byte[70_000];
        int length = volume.Xattrs.Get(inode, Encoding.ASCII.GetBytes(name), value).OrThrow();
        return Encoding.ASCII.GetString(value, 0, length);
    }

    private static Dictionary<string, long> XattrNamesOf(ExtVolume volume, InodeRecord inode)
    {
        XattrSink sink = new();
        volume.Xattrs.List(inode, sink);
        return sink.Names;
    }

    [Fact]
    public void DevicesTimesAndProject_AreWhatTheKernelWrote()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "project,quota");
        image.Change(
            "write /dev/null file", "mknod old c 10 20", "mknod pipe p",
            "set_inode_field file mtime @2500000000", "set_inode_field file mtime_extra 0x4",
            "set_inode_field file atime @-100", "set_inode_field file projid 77",
            "set_inode_field file uid 70000", "set_inode_field file crtime @1000");
        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord file = ExtImage.Walk(volume, "/file");
        InodeAttributes attributes = ExtAttributes.Of(volume.Super, file);
        Assert.Equal(70_000U, attributes.Uid);
        Assert.Equal(77U, attributes.ProjectId);
        Assert.Equal(1000, attributes.BirthTime!.Value.Seconds);
        InodeAttributes device = ExtAttributes.Of(volume.Super, ExtImage.Walk(volume, "/old"));
        Assert.Equal((10U, 20U), (device.DeviceMajor, device.DeviceMinor));
        Assert.Equal(ModeBits.S_IFIFO, ExtAttributes.Of(volume.Super, ExtImage.Walk(volume, "/pipe")).Type);
        ExtInfo info = ExtInfo.Of(volume);
        Assert.Equal(3UL, info.UserQuotaInode.Value);
        Assert.NotEqual(0UL, info.ProjectQuotaInode.Value);
    }

    [Theory]
    [InlineData(0U, 0U, 0L, 0U)]
    [InlineData(0xFFFF_FF9CU, 0U, -100L, 0U)]
    [InlineData(0x8000_0000U, 1U, 0x8000_0000L, 0U)]
    [InlineData(0x7FFF_FFFFU, 3U, 0x3_7FFF_FFFFL, 0U)]
    [InlineData(5U, (123_456_789U << 2) | 2, 0x2_0000_0005L, 123_456_789U)]
    [InlineData(5U, uint.MaxValue, 0x3_0000_0005L, 999_999_999U)]
    public void TimeStamps_JoinTheirParts(uint low, uint extra, long seconds, uint nanoseconds) =>
        Assert.Equal(new UnixTime(seconds, nanoseconds), InodeTimes.Join(low, extra));

    [Theory]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext3 -b 1024")]
    [InlineData("-t ext4 -b 4096 -O bigalloc -C 65536")]
    public void MapsOfAFragmentedFile_AreWhatTheToolsShow(string arguments)
    {
        using ExtImage image = new(96L << 20, arguments.Split(' '));
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("for i in $(seq 0 2 2400); do "
                + "echo pwrite -q $((i*4096)) 4096; done > /tmp/faultline-writes.$$; "
                + "xfs_io -f file < /tmp/faultline-writes.$$ > /dev/null; rm /tmp/faultline-writes.$$; "
                + "xfs_io -c 'falloc 50m 5m' file 2>/dev/null || true; echo tail >> file");
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord file = ExtImage.Walk(volume, "/file");
        if (file.Has(ExtInodeFlags.Extents))
        {
            Assert.True(volume.Map.TreeDepth(file) >= 1);
        }

        ulong blockCount = (ulong)(file.SizeBytes / volume.Super.BlockSize);
        string[] expected = image.Debugfs("blocks /file").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        HashSet<ulong> known = [.. expected.Where(static t => t.Trim().Length > 0).Select(ulong.Parse)];
        int mapped = 0;
        for (ulong block = 0; block < blockCount;)
        {
            MappedRange range = volume.Map.Lookup(file, block);
            for (ulong inRange = block; (range.State != MapState.Hole) && (inRange < range.End); inRange++)
            {
                Assert.Contains(range.At(inRange).Value, known);
                mapped++;
            }

            block = range.End;
        }

        Assert.True(mapped > 1000);
        using KernelMount again = new(image.Path, "ro");
        Assert.Equal(File.ReadAllBytes(again.At("file")), ExtImage.ReadAll(volume, file));
    }

    [Theory]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext4 -b 4096 -O orphan_file")]
    public void Orphans_AreListed(string arguments)
    {
        using ExtImage image = new(32L << 20, arguments.Split(' '));
        ulong number;
        using (KernelMount mount = new(image.Path))
        {
            using FileStream open = File.Create(mount.At("orphan"));
            number = ulong.Parse(Tool.Run("stat", "-c", "%i", mount.At("orphan")));
            File.Delete(mount.At("orphan"));
            mount.Shell(": > other; xfs_io -c syncfs .");
            mount.ShutDownFlushingLog();
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        Assert.Equal([number], OrphanList.Read(volume).Select(static orphan => orphan.Value));
        Assert.Contains(number, ExtInfo.Of(volume).Orphans.Select(static orphan => orphan.Value));
    }

    [Fact]
    public void Mmp_IsReported()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-O", "mmp");
        MemoryDevice device = image.Load();
        ExtMmpInfo mmp = ExtInfo.Of(ExtImage.Open(device)).Mmp!;
        Assert.Equal("clean", mmp.State);
        ExtSuperBlock super = ExtImage.Open(device).Super;
        device.Write((long)super.Raw.MmpBlock.Value * super.BlockSize, [1]);
        ExtInfo damaged = ExtInfo.Of(ExtImage.Open(device));
        Assert.Null(damaged.Mmp);
        Assert.Contains(damaged.Problems, static problem => problem.Reason == ExtReasons.MmpBlock);
    }

    [Fact]
    public void EncryptedNames_ShowAsTheKernelShowsThemWithoutTheKey()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "encrypt");
        string script = "mkdir secret; "
            + "id=$(head -c 64 /dev/zero | tr '\\0' K | xfs_io -c 'add_enckey' . | sed 's/.*identifier //'); "
            + "xfs_io -c \"set_encpolicy -v 2 $id\" secret; "
            + "echo hidden > secret/short; : > secret/$(printf 'n%.0s' $(seq 1 200)); ln -s target secret/link; "
            + ": > secret/$(printf 'm%.0s' $(seq 1 150)); mkdir secret/inner; sync -f .";
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell(script);
        }

        List<string> expected;
        using (KernelMount mount = new(image.Path, "ro"))
        {
            expected = [.. Directory.EnumerateFileSystemEntries(mount.At("secret"))
                .Select(static path => Path.GetFileName(path)!)];
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord secret = ExtImage.Walk(volume, "/secret");
        List<ExtImage.Listed> listed = ExtImage.List(volume, secret);
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            listed.Skip(2).Select(static item => item.Name).Order(StringComparer.Ordinal));
        foreach (ExtImage.Listed item in listed.Skip(2))
        {
            Assert.Equal(
                item.Inode, volume.Directories.Lookup(secret, Encoding.UTF8.GetBytes(item.Name)).OrThrow().Value);
            InodeRecord inode = volume.Inodes.Read(new InodeNumber(item.Inode)).OrThrow();
            if (inode.IsSymbolicLink)
            {
                Assert.Same(ExtReasons.EncryptedLink, SymbolicLink.Read(volume, inode).Error.Reason);
            }

            if (inode.IsRegular)
            {
                Result begun = new ExtIomapOps(volume, inode).Begin(0, 1, Iomap.IomapIntent.Read, out _);
                Assert.Same(ExtReasons.Encrypted, begun.Error.Reason);
            }
        }
    }

    [Fact]
    public void BackupSuperBlock_OpensAVolumeWhosePrimaryIsGone()
    {
        using ExtImage image = new(64L << 20, "-t", "ext4", "-b", "1024");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("echo kept > file");
        }

        MemoryDevice device = image.Load();
        device.Write(1024, new byte[1024]);
        Assert.Same(
            ExtReasons.SuperMagic, ExtVolume.Open(device, new ExtOpenOptions()).Error.Reason);
        ExtVolume volume = ExtImage.Open(device, new ExtOpenOptions { SuperBlockOffset = 8193 * 1024 });
        Assert.Equal("kept\n"u8.ToArray(), ExtImage.ReadAll(volume, ExtImage.Walk(volume, "/file")));
    }

    private sealed class XattrSink : IXattrSink
    {
        internal Dictionary<string, long> Names { get; } = [];

        public void Add(ReadOnlySpan<byte> name, long valueLength) =>
            Names.Add(Encoding.ASCII.GetString(name), valueLength);
    }
}
