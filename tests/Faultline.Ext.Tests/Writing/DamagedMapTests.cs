// Goal: no contents of a map, a bitmap or a descriptor make the writer crash, hang or go outside the volume: it
// refuses by naming what is wrong. Method: random bytes of a volume without checksums are changed, then everything is
// tried on its files.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Jbd2.Transactions;

namespace Faultline.Ext.Tests.Writing;

public sealed class DamagedMapTests
{
    [Theory]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,^uninit_bg", 1)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,^uninit_bg", 2)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,bigalloc -C 4096", 3)]
    [InlineData("-t ext2 -b 1024", 4)]
    [InlineData("-t ext2 -b 1024", 5)]
    public void DamageInAMap_IsRefused(string image, ulong seed)
    {
        Prng random = new(seed);
        int refused = 0;
        for (int round = 0; round < 12; round++)
        {
            using SpaceVolume made = new(8 << 20, 1, [.. image.Split(' '), "-O", "^has_journal", "-N", "16"]);
            List<long> places = MakeFile(made, random);
            made.Commit();
            for (int index = 0; index < 4; index++)
            {
                byte[] value = [(byte)random.Below(256)];
                made.Device.Write(places[(int)random.Below(places.Count)] + random.Below(1024), value);
            }

            made.Volume.Buffers.Clear();
            refused += Attack(made, random);
        }

        Assert.True(refused > 0);
    }

    // A root that says it has room for no more than it has.
    [Fact]
    public void ANodeThatClaimsNoRoom_IsRefused()
    {
        using SpaceVolume volume = new(
            8 << 20, 1, "-t", "ext4", "-b", "1024", "-O", "^metadata_csum,^has_journal");
        InodeRecord inode = volume.File("f0");
        for (ulong block = 0; block < 10; block++)
        {
            ulong at = block * 2;
            volume.Steps(inode, 40, change => volume.Writer.AllocateBlock(change.Handle, inode, at).IsOk);
        }

        ulong leaf = Disk.View<ExtentIndexDisk>(inode.Map, 12).Child;
        byte[] bytes = new byte[1024];
        volume.Commit();
        volume.Device.Read((long)leaf * 1024, bytes);
        bytes[2] = 1;
        bytes[4] = 1;
        volume.Device.Write((long)leaf * 1024, bytes);
        volume.Volume.Buffers.Clear();
        using MetadataHandle handle = volume.Log.Start(40).OrThrow();
        FsException refused = Assert.Throws<FsException>(
            () => volume.Writer.AllocateBlock(handle, inode, 1));
        Assert.Equal("Ext.TreeNoRoom", refused.Error.Reason.Name);
    }

    // A file of many pieces; answers where its nodes, the bitmap and the descriptors lie.
    private static List<long> MakeFile(SpaceVolume volume, Prng random)
    {
        InodeRecord inode = volume.File("f0");
        ulong ratio = volume.Allocator.BlocksPerCluster;
        for (int index = 0; index < 700; index++)
        {
            ulong block = (ulong)random.Below(2000) * ratio;
            volume.Steps(inode, 60, change =>
            {
                if (volume.Volume.Map.Lookup(inode, block).State == MapState.Hole)
                {
                    _ = volume.Writer.AllocateBlock(change.Handle, inode, block).OrThrow();
                }

                return true;
            });
        }

        List<long> places = [(long)volume.Groups.Read(0).BlockBitmap * 1024];
        bool isTree = inode.Has(ExtInodeFlags.Extents);
        for (int slot = 0; slot < (isTree ? Disk.View<ExtentHeaderDisk>(inode.Map).EntryCount : 2); slot++)
        {
            places.Add(1024L * (isTree
                ? (long)Disk.View<ExtentIndexDisk>(inode.Map, ExtentNode.EntryOffset(slot)).Child
                : Disk.View<LeUInt32>(inode.Map, (12 + slot) * 4)));
        }

        return places;
    }

    private static int Attack(SpaceVolume volume, Prng random)
    {
        int refused = 0;
        InodeRecord inode = volume.File("f0");
        for (int step = 0; step < 60; step++)
        {
            using MetadataHandle handle = volume.Log.Start(100).OrThrow();
            MapChange change = new(handle, inode, new SpacePurse());
            ulong first = (ulong)random.Below(9000);
            ulong end = first + 1 + (ulong)random.Below(300);
            try
            {
                refused += TryOne(volume, change, random.Below(5), first, end) ? 0 : 1;
            }
            catch (FsException)
            {
                refused++;
            }
        }

        return refused;
    }

    private static bool TryOne(SpaceVolume volume, in MapChange change, long kind, ulong first, ulong end)
    {
        bool isTree = change.Inode.Has(ExtInodeFlags.Extents);
        ulong at = first;
        switch (kind)
        {
            case 0:
                return volume.Writer.RemoveRange(change, first, ref end).IsOk;
            case 1:
                return volume.Writer.ConvertToWritten(change, ref at, end).IsOk;
            case 2 when isTree:
                return volume.Writer.ConvertToUnwritten(change, ref at, end).IsOk;
            case 3 when isTree:
                ulong up = uint.MaxValue;
                bool isRoom = volume.Writer.MappedEnd(change.Inode) < uint.MaxValue - 1000;
                return isRoom && volume.Writer.SplitAt(change, first).IsOk
                    && volume.Writer.Shift(change, first, 8, ref up).IsOk;
            default:
                return volume.Volume.Map.Lookup(change.Inode, first).State != MapState.Hole
                    || volume.Writer.AllocateBlock(change.Handle, change.Inode, first).IsOk;
        }
    }
}
