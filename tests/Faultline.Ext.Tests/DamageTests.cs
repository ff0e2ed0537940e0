// Goal: each check of a structure notices the damage it is there for, and names it. Method: one
// field of an intact image is changed, the checksum over it repaired where there is one, and the
// reason compared. A check that is removed fails its line here.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Tests;

public sealed class DamageTests : IDisposable
{
    private const int BlockSize = 1024;

    private readonly ExtImage _image = new(
        32L << 20, "-t", "ext4", "-b", "1024", "-O", "ea_inode", "-E", "lazy_itable_init=0");

    private readonly MemoryDevice _device;
    private readonly ExtVolume _volume;

    public DamageTests()
    {
        using (KernelMount mount = new(_image.Path))
        {
            mount.Shell("mkdir dir; : > dir/a; : > dir/b; ln -s target link; setfattr -n user.b -v x dir/a; "
                + $"setfattr -n user.block -v {new string('v', 300)} dir/a; "
                + "for i in $(seq 0 2 400); do echo pwrite -q $((i*1024)) 1024; done | xfs_io -f file > /dev/null; "
                + "mkdir big; cd big; for i in $(seq 1 400); do : > a-long-name-for-a-file-$i; done");
        }

        _device = _image.Load();
        _volume = ExtImage.Open(_device);
    }

    public void Dispose() => _image.Dispose();

    private ExtVolume Reopen() => ExtImage.Open(_device);

    private byte[] Read(long offset, int length)
    {
        byte[] bytes = new byte[length];
        _device.Read(offset, bytes);
        return bytes;
    }

    private void ExpectDamage(Reason reason, Action read) =>
        Assert.Same(reason, Assert.Throws<FsException>(read).Error.Reason);

    // Changes an inode, repairs its checksum, and reads it again.
    private void ChangeInode(string path, Action<byte[]> change, bool isRepaired = true)
    {
        InodeNumber number = ExtImage.Walk(_volume, path).Number;
        long offset = _volume.Inodes.Offset(number);
        byte[] bytes = Read(offset, _volume.Super.InodeSize);
        change(bytes);
        if (isRepaired)
        {
            uint crc = InodeTable.Checksum(bytes, _volume.Inodes.ChecksumSeed(number, bytes));
            Disk.Overlay<LeUInt16>(bytes, InodeDisk.ChecksumLowOffset) = (ushort)(crc & 0xFFFF);
            if (InodeTable.HasChecksumHigh(bytes))
            {
                Disk.Overlay<LeUInt16>(bytes, InodeDisk.SizeBytes + 2) = (ushort)(crc >> 16);
            }
        }

        _device.Write(offset, bytes);
    }

    private void ExpectInodeDamage(Reason reason, string path, Action<byte[]> change, bool isRepaired = true)
    {
        InodeNumber number = ExtImage.Walk(_volume, path).Number;
        ChangeInode(path, change, isRepaired);
        ExpectDamage(reason, () => _ = Reopen().Inodes.Read(number));
    }

    [Fact]
    public void InodeChecksum_IsChecked() =>
        ExpectInodeDamage(ExtReasons.InodeChecksum, "/file", static b => b[4] ^= 1, isRepaired: false);

    [Fact]
    public void InodeExtraSize_IsChecked() =>
        ExpectInodeDamage(ExtReasons.InodeExtraSize, "/file", static b => b[0x80] = 130);

    [Fact]
    public void InodeType_IsChecked() =>
        ExpectInodeDamage(ExtReasons.InodeType, "/file", static b => b[1] = 0x31);

    [Fact]
    public void InodeFlags_AreChecked() => ExpectInodeDamage(
        ExtReasons.InodeFlags, "/file", static b => Disk.Overlay<LeUInt32>(b, 0x20) = 0x1008_0000);

    [Fact]
    public void InodeSize_IsChecked() =>
        ExpectInodeDamage(ExtReasons.InodeSize, "/file", static b => b[0x6F] = 0x7F);

    [Fact]
    public void InodeNumber_IsChecked()
    {
        ExpectDamage(ExtReasons.InodeNumberRange, () => _ = _volume.Inodes.Read(new InodeNumber(0)));
        ExpectDamage(
            ExtReasons.InodeNumberRange,
            () => _ = _volume.Inodes.Read(new InodeNumber(_volume.Super.InodeCount + 1UL)));
        Assert.Same(
            ExtReasons.InodeFree,
            _volume.Inodes.Read(new InodeNumber(_volume.Super.InodeCount)).Error.Reason);
    }

    [Fact]
    public void GroupDescriptor_IsChecked()
    {
        long offset = (long)_volume.Groups.DescriptorBlock(0).Value * BlockSize;
        byte[] bytes = Read(offset, 64);
        _device.Write(offset + 8, [0xFF]);
        ExpectDamage(ExtReasons.GroupChecksum, () => _ = Reopen().Inodes.Read(new InodeNumber(2)));
        Disk.Overlay<LeUInt32>(bytes, 8) = uint.MaxValue;
        Disk.Overlay<LeUInt16>(bytes, 0x1E) = 0;
        uint crc = Crc32c.Update(Crc32c.Update(_volume.Super.ChecksumSeed, 0U), bytes);
        Disk.Overlay<LeUInt16>(bytes, 0x1E) = (ushort)(crc & 0xFFFF);
        _device.Write(offset, bytes);
        ExpectDamage(ExtReasons.GroupInodeTable, () => _ = Reopen().Inodes.Read(new InodeNumber(2)));
    }

    private long ExtentLeafOffset()
    {
        InodeRecord file = ExtImage.Walk(_volume, "/file");
        Assert.True(_volume.Map.TreeDepth(file) >= 1);
        return (long)Disk.View<ExtentIndexDisk>(file.Map, 12).Child * BlockSize;
    }

    private void ExpectLeafDamage(Reason reason, Action<byte[]> change, bool isRepaired = true)
    {
        long offset = ExtentLeafOffset();
        byte[] bytes = Read(offset, BlockSize);
        change(bytes);
        if (isRepaired)
        {
            int tail = 12 + (Disk.View<ExtentHeaderDisk>(bytes).EntryCountMax * 12);
            tail = Math.Min(tail, BlockSize - 4);
            Disk.Overlay<LeUInt32>(bytes, tail) =
                Crc32c.Update(ExtImage.Walk(_volume, "/file").ChecksumSeed, bytes.AsSpan(0, tail));
        }

        _device.Write(offset, bytes);
        ExtVolume volume = Reopen();
        InodeRecord file = ExtImage.Walk(volume, "/file");
        FsException failure = Assert.Throws<FsException>(() => _ = volume.Map.Lookup(file, 5));
        Assert.Same(reason, failure.Error.Reason);
        Assert.Equal(file.Number, failure.Error.Inode);
        Assert.Equal((ulong)offset / BlockSize, failure.Error.Block.Value);
    }

    [Fact]
    public void ExtentMagic_IsChecked() => ExpectLeafDamage(ExtReasons.ExtentMagic, static b => b[0] = 0);

    [Fact]
    public void ExtentDepth_IsChecked() => ExpectLeafDamage(ExtReasons.ExtentDepth, static b => b[6] = 1);

    [Fact]
    public void ExtentCount_IsChecked() => ExpectLeafDamage(ExtReasons.ExtentCount, static b => b[2] = 0xFF);

    [Fact]
    public void ExtentChecksum_IsChecked() =>
        ExpectLeafDamage(ExtReasons.ExtentChecksum, static b => b[8] ^= 1, isRepaired: false);

    [Fact]
    public void ExtentOrder_IsChecked() => ExpectLeafDamage(
        ExtReasons.ExtentOrder, static b => Disk.Overlay<LeUInt32>(b, 12 + 12) = 0);

    [Fact]
    public void EmptyExtent_IsChecked() => ExpectLeafDamage(
        ExtReasons.ExtentOrder, static b => Disk.Overlay<LeUInt16>(b, 12 + 4) = 0);

    [Fact]
    public void ExtentRange_IsChecked()
    {
        ExpectLeafDamage(ExtReasons.ExtentRange, static b => Disk.Overlay<LeUInt32>(b, 12 + 8) = 1);
        ExpectLeafDamage(ExtReasons.ExtentRange, static b => Disk.Overlay<LeUInt32>(b, 12 + 8) = 40_000_000);
    }

    [Fact]
    public void ExtentParent_IsChecked()
    {
        ChangeInode("/file", static b => Disk.Overlay<LeUInt32>(b, 0x28 + 12) = 1);
        ExtVolume volume = Reopen();
        InodeRecord file = ExtImage.Walk(volume, "/file");
        ExpectDamage(ExtReasons.ExtentParent, () => _ = volume.Map.Lookup(file, 5));
    }

    [Fact]
    public void ExtentChild_IsChecked()
    {
        ChangeInode("/file", static b => Disk.Overlay<LeUInt32>(b, 0x28 + 16) = 2);
        ExtVolume volume = Reopen();
        InodeRecord file = ExtImage.Walk(volume, "/file");
        ExpectDamage(ExtReasons.ExtentChild, () => _ = volume.Map.Lookup(file, 5));
    }

    [Fact]
    public void ExtentIndexOrder_IsChecked()
    {
        ChangeInode("/file", static b =>
        {
            b.AsSpan(0x28 + 12, 12).CopyTo(b.AsSpan(0x28 + 24));
            b[0x28 + 2] = 2;
        });
        ExtVolume volume = Reopen();
        InodeRecord file = ExtImage.Walk(volume, "/file");
        ExpectDamage(ExtReasons.ExtentIndexOrder, () => _ = volume.Map.Lookup(file, 5));
    }

    [Fact]
    public void IndirectPointer_IsChecked()
    {
        ChangeInode("/file", static b =>
        {
            b[0x22] &= 0xF7; // no extents
            b.AsSpan(0x28, 60).Clear();
            Disk.Overlay<LeUInt32>(b, 0x28) = 40_000_000;
        });
        ExtVolume volume = Reopen();
        InodeRecord file = ExtImage.Walk(volume, "/file");
        ExpectDamage(ExtReasons.IndirectRange, () => _ = volume.Map.Lookup(file, 0));
    }

    private void ExpectDirectoryDamage(
        Reason reason, string path, ulong index, Action<byte[]> change, bool isRepaired = true)
    {
        InodeRecord directory = ExtImage.Walk(_volume, path);
        BlockNumber block = _volume.Map.Lookup(directory, index).At(index);
        byte[] bytes = Read((long)block.Value * BlockSize, BlockSize);
        change(bytes);
        if (isRepaired)
        {
            Disk.Overlay<LeUInt32>(bytes, BlockSize - 4) =
                Crc32c.Update(directory.ChecksumSeed, bytes.AsSpan(0, BlockSize - DirTailDisk.SizeBytes));
        }

        _device.Write((long)block.Value * BlockSize, bytes);
        ExtVolume volume = Reopen();
        FsException failure = Assert.Throws<FsException>(() => ExtImage.List(volume, directory));
        Assert.Same(reason, failure.Error.Reason);
        Assert.Equal((directory.Number, block), (failure.Error.Inode, failure.Error.Block));
        Assert.True(ExtImage.List(volume, ExtImage.Walk(volume, "/")).Count > 4);
    }

    [Fact]
    public void DirectoryChecksum_IsChecked() => ExpectDirectoryDamage(
        ExtReasons.DirectoryChecksum, "/dir", 0, static b => b[32] = (byte)'z', isRepaired: false);

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(14)]
    [InlineData(2000)]
    public void DirectoryRecordLength_IsChecked(int length) => ExpectDirectoryDamage(
        ExtReasons.DirectoryRecord, "/dir", 0, b => Disk.Overlay<LeUInt16>(b, 4) = (ushort)length);

    // The chain stays whole, so that only the alignment is wrong.
    [Fact]
    public void DirectoryRecordAlignment_IsChecked() =>
        ExpectDirectoryDamage(ExtReasons.DirectoryRecord, "/dir", 0, static b =>
        {
            byte[] second = b.AsSpan(36, 12).ToArray();
            int rest = Disk.View<LeUInt16>(b, 36 + 4);
            second.CopyTo(b, 38);
            Disk.Overlay<LeUInt16>(b, 24 + 4) = 14;
            Disk.Overlay<LeUInt16>(b, 38 + 4) = (ushort)(rest - 2);
        });

    [Fact]
    public void DirectoryNameLength_IsChecked() =>
        ExpectDirectoryDamage(ExtReasons.DirectoryName, "/dir", 0, static b => b[6] = 9);

    [Fact]
    public void DirectoryNameBytes_AreChecked() =>
        ExpectDirectoryDamage(ExtReasons.DirectoryName, "/dir", 0, static b => b[32] = (byte)'/');

    [Fact]
    public void DirectoryInode_IsChecked() => ExpectDirectoryDamage(
        ExtReasons.DirectoryInode, "/dir", 0, static b => Disk.Overlay<LeUInt32>(b, 24) = 40_000_000);

    [Fact]
    public void DirectorySizeAndHoles_AreChecked()
    {
        ChangeInode("/dir", static b => Disk.Overlay<LeUInt32>(b, 4) = 1000);
        ExtVolume volume = Reopen();
        ExpectDamage(ExtReasons.DirectorySize, () => ExtImage.List(volume, ExtImage.Walk(volume, "/dir")));
        ChangeInode("/dir", static b => Disk.Overlay<LeUInt32>(b, 4) = 2048);
        volume = Reopen();
        ExpectDamage(ExtReasons.DirectoryHole, () => ExtImage.List(volume, ExtImage.Walk(volume, "/dir")));
    }

    private void ExpectTreeDamage(Reason reason, Action<byte[]> change, bool isRepaired = true)
    {
        InodeRecord directory = ExtImage.Walk(_volume, "/big");
        Assert.True(directory.Has(ExtInodeFlags.Index));
        BlockNumber block = _volume.Map.Lookup(directory, 0).At(0);
        byte[] bytes = Read((long)block.Value * BlockSize, BlockSize);
        change(bytes);
        if (isRepaired)
        {
            HtreeCountDisk count = Disk.View<HtreeCountDisk>(bytes, 0x20);
            uint crc = Crc32c.Update(
                directory.ChecksumSeed, bytes.AsSpan(0, Math.Min(0x20 + (count.Count * 8), BlockSize)));
            int tail = Math.Min(0x20 + (count.Limit * 8), BlockSize - 8);
            crc = Crc32c.Update(crc, bytes.AsSpan(tail, 4));
            Disk.Overlay<LeUInt32>(bytes, tail + 4) = Crc32c.Update(crc, 0U);
        }

        _device.Write((long)block.Value * BlockSize, bytes);
        ExtVolume volume = Reopen();
        ExpectDamage(reason, () => _ = volume.Directories.Lookup(directory, "a-long-name-for-a-file-7"u8));
    }

    [Fact]
    public void HtreeRoot_IsChecked() => ExpectTreeDamage(ExtReasons.HtreeRoot, static b => b[0x1D] = 9);

    [Fact]
    public void HtreeHashVersion_IsChecked() =>
        ExpectTreeDamage(ExtReasons.HtreeHash, static b => b[0x1C] = 6);

    [Fact]
    public void HtreeDepth_IsChecked() => ExpectTreeDamage(ExtReasons.HtreeDepth, static b => b[0x1E] = 2);

    [Fact]
    public void HtreeLevel_IsChecked() => ExpectTreeDamage(ExtReasons.HtreeLevel, static b => b[0x1E] = 1);

    [Fact]
    public void HtreeCount_IsChecked() => ExpectTreeDamage(ExtReasons.HtreeCount, static b => b[0x22] = 0);

    [Fact]
    public void HtreeChecksum_IsChecked() =>
        ExpectTreeDamage(ExtReasons.HtreeChecksum, static b => b[0x28] ^= 1, isRepaired: false);

    [Fact]
    public void HtreeOrder_IsChecked() => ExpectTreeDamage(
        ExtReasons.HtreeEntry, static b => Disk.Overlay<LeUInt32>(b, 0x28) = uint.MaxValue);

    [Fact]
    public void HtreeChild_IsChecked() => ExpectTreeDamage(ExtReasons.HtreeChild, static b =>
    {
        for (int offset = 0x24; offset < 0x3E0; offset += 8)
        {
            Disk.Overlay<LeUInt32>(b, offset) = 5000;
        }
    });

    private void ExpectXattrDamage(Reason reason, Action<byte[]> change, bool isRepaired = true)
    {
        InodeRecord inode = ExtImage.Walk(_volume, "/dir/a");
        long offset = (long)inode.XattrBlock.Value * BlockSize;
        byte[] bytes = Read(offset, BlockSize);
        change(bytes);
        if (isRepaired)
        {
            byte[] number = new byte[8];
            Disk.Overlay<LeUInt64>(number) = inode.XattrBlock.Value;
            Disk.Overlay<LeUInt32>(bytes, 0x10) = 0;
            Disk.Overlay<LeUInt32>(bytes, 0x10) =
                Crc32c.Update(Crc32c.Update(_volume.Super.ChecksumSeed, number), bytes);
        }

        _device.Write(offset, bytes);
        ExtVolume volume = Reopen();
        ExpectDamage(reason, () => _ = volume.Xattrs.Get(inode, "user.block"u8, default));
    }

    [Fact]
    public void XattrMagic_IsChecked() => ExpectXattrDamage(ExtReasons.XattrMagic, static b => b[0] = 1);

    [Fact]
    public void XattrHeader_IsChecked()
    {
        ExpectXattrDamage(ExtReasons.XattrHeader, static b => b[8] = 2);
    }

    [Fact]
    public void XattrReferences_AreChecked() => ExpectXattrDamage(ExtReasons.XattrHeader, static b => b[4] = 0);

    [Fact]
    public void XattrChecksum_IsChecked() =>
        ExpectXattrDamage(ExtReasons.XattrChecksum, static b => b[1000] ^= 1, isRepaired: false);

    [Fact]
    public void XattrEntryHash_IsChecked() => ExpectXattrDamage(ExtReasons.XattrHash, static b => b[1000] ^= 1);

    [Fact]
    public void XattrBlockHash_IsChecked() => ExpectXattrDamage(ExtReasons.XattrHash, static b => b[0xC] ^= 1);

    [Fact]
    public void XattrValue_IsChecked() => ExpectXattrDamage(
        ExtReasons.XattrValue, static b => Disk.Overlay<LeUInt16>(b, 32 + 2) = 4000);

    [Fact]
    public void XattrValueOverEntries_IsChecked() => ExpectXattrDamage(
        ExtReasons.XattrValue, static b => Disk.Overlay<LeUInt16>(b, 32 + 2) = 32);

    [Fact]
    public void XattrEntry_IsChecked() => ExpectXattrDamage(ExtReasons.XattrEntry, static b =>
    {
        b.AsSpan(32).Fill(1);
        for (int offset = 32; offset < BlockSize; offset += 20)
        {
            b.AsSpan(offset, Math.Min(16, BlockSize - offset)).Clear();
            b[offset] = 1;
        }

        b[BlockSize - 32] = 255;
    });

    [Fact]
    public void XattrBlockNumber_IsChecked()
    {
        ChangeInode("/dir/a", static b => Disk.Overlay<LeUInt32>(b, 0x68) = 40_000_000);
        ExtVolume volume = Reopen();
        InodeRecord inode = ExtImage.Walk(volume, "/dir/a");
        ExpectDamage(ExtReasons.XattrBlock, () => _ = volume.Xattrs.Get(inode, "user.none"u8, default));
    }

    [Fact]
    public void LinkLength_IsChecked()
    {
        ChangeInode("/link", static b => Disk.Overlay<LeUInt32>(b, 4) = 0);
        ExtVolume volume = Reopen();
        ExpectDamage(
            ExtReasons.LinkSize, () => _ = SymbolicLink.Read(volume, ExtImage.Walk(volume, "/link")));
    }

    [Theory]
    [InlineData("01000000")]
    [InlineData("0200000001000600")]
    [InlineData("010000000100")]
    [InlineData("0100000002000700")]
    public void AccessControlList_IsChecked(string hex)
    {
        byte[] list = Convert.FromHexString(hex);
        if (hex == "01000000")
        {
            Assert.Equal([2, 0, 0, 0], Attributes.AclValue.Convert(list, default));
            return;
        }

        ExpectDamage(ExtReasons.AclFormat, () => _ = Attributes.AclValue.Convert(list, default));
    }

    [Fact]
    public void NameTooLong_IsRefused() => Assert.Equal(
        Errno.ENAMETOOLONG,
        _volume.Directories.Lookup(ExtImage.Walk(_volume, "/"), new byte[256]).Error.Errno);
}
