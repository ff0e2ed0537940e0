// Goal: the checks that need a structure of their own to be tripped. Method: as in DamageTests.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.PageCache;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext.Tests;

public sealed class RareDamageTests
{
    private static void ExpectDamage(Reason reason, Action read) =>
        Assert.Same(reason, Assert.Throws<FsException>(read).Error.Reason);

    private static void ChangeInode(MemoryDevice device, ExtVolume volume, ulong number, Action<byte[]> change)
    {
        InodeNumber inode = new(number);
        byte[] bytes = new byte[volume.Super.InodeSize];
        device.Read(volume.Inodes.Offset(inode), bytes);
        change(bytes);
        uint crc = InodeTable.Checksum(bytes, volume.Inodes.ChecksumSeed(inode, bytes));
        Disk.Overlay<LeUInt16>(bytes, InodeDisk.ChecksumLowOffset) = (ushort)(crc & 0xFFFF);
        Disk.Overlay<LeUInt16>(bytes, InodeDisk.SizeBytes + 2) = (ushort)(crc >> 16);
        device.Write(volume.Inodes.Offset(inode), bytes);
    }

    [Fact]
    public void InodesThatNobodyMayReach_AreRefusedByTheMount()
    {
        using ExtImage image = new(16L << 20, "-t", "ext4", "-O", "ea_inode");
        image.Change("write /dev/null gone", "write /dev/null value");
        image.Change(
            "set_inode_field gone links_count 0", "set_inode_field value flags 0x280000");
        MemoryDevice device = image.Load();
        ExtVolume volume = ExtImage.Open(device);
        InodeNumber gone = ExtImage.Walk(volume, "/gone").Number;
        InodeNumber value = ExtImage.Walk(volume, "/value").Number;
        using FolioPool pool = new(16 << 20);
        MountContext context = new(device, pool, new MountOptions(), SystemClock.Instance);
        using Vfs.SuperBlock mounted = new ExtFileSystemType().Mount(context).OrThrow();
        Assert.Same(ExtReasons.InodeDeleted, mounted.Inodes.Get(gone).Error.Reason);
        ExpectDamage(ExtReasons.InodeIsXattr, () => _ = mounted.Inodes.Get(value));
        Assert.Contains(mounted.Report(), static section => section.Name == "geometry");
        Assert.True(mounted.StatFs().BlocksFree > 0);
    }

    [Fact]
    public void InlineDataLargerThanItsRoom_IsReported()
    {
        using ExtImage image = new(16L << 20, "-t", "ext4", "-O", "inline_data");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("echo small > file");
        }

        MemoryDevice device = image.Load();
        ExtVolume volume = ExtImage.Open(device);
        InodeRecord file = ExtImage.Walk(volume, "/file");
        Assert.True(file.Has(ExtInodeFlags.InlineData));
        ChangeInode(device, volume, file.Number.Value, static b => b[4] = 200);
        volume = ExtImage.Open(device);
        ExpectDamage(
            ExtReasons.InlineData, () => _ = ExtImage.ReadAll(volume, ExtImage.Walk(volume, "/file")));
    }

    [Fact]
    public void NameThatIsNoText_IsRefusedWhereTheVolumeDemandsText()
    {
        using ExtImage image = new(
            16L << 20, "-t", "ext4", "-O", "casefold", "-E", "encoding=utf8,encoding_flags=strict");
        image.Change("set_inode_field / flags 0x40080000");
        ExtVolume volume = ExtImage.Open(image.Load());
        InodeRecord root = ExtImage.Walk(volume, "/");
        Assert.Same(
            ExtReasons.NameEncoding, volume.Directories.Lookup(root, [0xFF, 0x41]).Error.Reason);
        Assert.Same(ExtReasons.NameMissing, volume.Directories.Lookup(root, "text"u8).Error.Reason);
    }

    [Fact]
    public void InodeOfAnAttributeValue_IsChecked()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "ea_inode");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell($": > file; setfattr -n user.large -v {new string('Q', 20_000)} file");
        }

        MemoryDevice device = image.Load();
        ExtVolume volume = ExtImage.Open(device);
        InodeRecord file = ExtImage.Walk(volume, "/file");
        ulong holder = file.Number.Value + 1;
        Assert.True(volume.Inodes.Read(new InodeNumber(holder)).OrThrow().Has(ExtInodeFlags.EaInode));
        ChangeInode(device, volume, holder, static b => b[4] ^= 1);
        volume = ExtImage.Open(device);
        ExpectDamage(
            ExtReasons.XattrInode, () => _ = volume.Xattrs.Get(file, "user.large"u8, default));
    }

    [Fact]
    public void OrphanFileAndList_AreChecked()
    {
        using ExtImage image = new(32L << 20, "-t", "ext4", "-b", "4096", "-O", "orphan_file");
        MemoryDevice device = image.Load();
        ExtVolume volume = ExtImage.Open(device);
        Assert.Empty(OrphanList.Read(volume));
        InodeRecord file = volume.Inodes
            .Read(new InodeNumber(volume.Super.Raw.OrphanFileInode)).OrThrow();
        device.Write((long)volume.Map.Lookup(file, 0).At(0).Value * 4096, [5]);
        volume = ExtImage.Open(device);
        ExpectDamage(ExtReasons.OrphanFile, () => _ = OrphanList.Read(volume));

        using ExtImage other = new(16L << 20, "-t", "ext4");
        other.Change("write /dev/null one", "set_super_value last_orphan 12", "set_inode_field one dtime 12");
        ExtVolume looping = ExtImage.Open(other.Load());
        ExpectDamage(ExtReasons.OrphanList, () => _ = OrphanList.Read(looping));
        Assert.Contains(ExtInfo.Of(looping).Problems, static p => p.Reason == ExtReasons.OrphanList);
    }

    [Fact]
    public void JournalThatCannotBe_IsReported()
    {
        using ExtImage image = new(16L << 20, "-t", "ext4", "-b", "1024");
        image.Change("feature needs_recovery");
        MemoryDevice device = image.Load();
        ExtVolume volume = ExtImage.Open(device, new ExtOpenOptions { NoRecovery = true });
        ChangeInode(device, volume, 8, static b => b[0x6C] = 1);
        Assert.Same(
            ExtReasons.JournalInode, ExtVolume.Open(device, new ExtOpenOptions()).Error.Reason);

        using ExtImage external = new(16L << 20, "-t", "ext4", "-b", "1024");
        external.Change("feature needs_recovery", "set_super_value journal_inum 0");
        Assert.Same(
            ExtReasons.JournalForeign,
            ExtVolume.Open(
                external.Load(), new ExtOpenOptions { JournalDevice = new MemoryDevice(1000) }).Error.Reason);
    }

    [Fact]
    public void FastCommitTagsThatCannotBe_AreRefused()
    {
        using ExtImage image = new(16L << 20, "-t", "ext4", "-b", "1024");
        ExtVolume volume = ExtImage.Open(image.Load());
        foreach ((FastCommitTagKind kind, string hex) in new (FastCommitTagKind, string)[]
        {
            (FastCommitTagKind.AddRange, "0C00000000000000"),
            (FastCommitTagKind.AddRange, "0C000000" + "000000000100000001000000"),
            (FastCommitTagKind.AddRange, "00000000" + "000000000100000000100000"),
            (FastCommitTagKind.DeleteRange, "0C0000"),
            (FastCommitTagKind.DeleteRange, "FFFFFFFF0000000001000000"),
            (FastCommitTagKind.Link, "020000000C000000"),
            (FastCommitTagKind.Link, "020000000C000000612F62"),
            (FastCommitTagKind.Unlink, "02000000FFFFFFFF61"),
            (FastCommitTagKind.Inode, "0C000000A4810000"),
        })
        {
            ExpectDamage(ExtReasons.FastCommitTag, () => _ = FastCommitChanges.Apply(
                volume, [new FastCommitTag(kind, Convert.FromHexString(hex))]));
        }
    }

    [Fact]
    public void ChangedMaps_CutWhatTheyCover()
    {
        Prng random = new(3);
        for (int round = 0; round < 200; round++)
        {
            ExtentChanges changes = new();
            ulong[] model = new ulong[100];
            for (ulong step = 1; step <= 12; step++)
            {
                ulong first = (ulong)random.Below(90);
                ulong count = 1 + (ulong)random.Below(10);
                bool isHole = random.OneIn(4);
                ulong start = isHole ? 0 : 1000 * step;
                changes.Set(new Mapping.MappedRange(
                    first, count, isHole ? Mapping.MapState.Hole : Mapping.MapState.Written, start));
                for (ulong block = first; block < first + count; block++)
                {
                    model[block] = isHole ? ulong.MaxValue : start + (block - first);
                }
            }

            Mapping.MappedRange below = new(0, 100, Mapping.MapState.Written, 50_000);
            for (ulong block = 0; block < 100; block++)
            {
                Mapping.MappedRange range = changes.Apply(block, below);
                Assert.True(range.Contains(block));
                ulong expected = model[block] == 0 ? 50_000 + block : model[block];
                Assert.Equal(
                    expected, range.State == Mapping.MapState.Hole ? ulong.MaxValue : range.At(block).Value);
            }
        }
    }

    [Fact]
    public void NamesTakenByAFastCommit_AreGone()
    {
        using ExtImage image = new(64L << 20, "-t", "ext4", "-b", "4096", "-O", "fast_commit");
        using (KernelMount mount = new(image.Path))
        {
            mount.Shell("echo x > kept; ln kept gone; xfs_io -c syncfs .; rm gone; xfs_io -c fsync kept");
            mount.ShutDown();
        }

        ExtVolume volume = ExtImage.Open(image.Load());
        Assert.NotNull(volume.FastCommits);
        InodeRecord root = ExtImage.Walk(volume, "/");
        Assert.Same(ExtReasons.NameGone, volume.Directories.Lookup(root, "gone"u8).Error.Reason);
        List<string> names = [.. ExtImage.List(volume, root).Select(static item => item.Name)];
        Assert.Contains("kept", names);
        Assert.DoesNotContain("gone", names);
    }
}
