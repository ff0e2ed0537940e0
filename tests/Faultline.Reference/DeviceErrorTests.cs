// Goal: a write that the device refuses is told to each open file once, loses nothing that can be written again,
// and stops nobody
// else. Method: the n-th write fails, for every n; then the device fails for good.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.AdvisoryLocks;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Xunit.Abstractions;

namespace Faultline.Reference;

public sealed class DeviceErrorTests(ITestOutputHelper output)
{
    private const int DeviceBytes = 1 << 20;
    private const int ScenarioWritesMax = 200;

    [Fact]
    public void NthWriteFails_EachOpenFileHearsOnce_NothingIsLost()
    {
        int struck = 0;
        for (int skip = 0; skip < ScenarioWritesMax; skip++)
        {
            if (!RunOnce(skip))
            {
                break;
            }

            struck++;
        }

        output.WriteLine($"{struck} writes, each failed once");
        Assert.InRange(struck, 5, ScenarioWritesMax - 1);
    }

    [Fact]
    public void DeadDevice_WritersGetErrors_NobodyHangs()
    {
        using MemoryDevice inner = new(8 << 20);
        using FolioPool pool = new(2L << 20);
        PlainVolume.Format(inner, pool).Dispose();
        using FaultyDevice device = new(inner, [new FaultRule(FaultKind.WriteError)]);
        PlainVolume volume = PlainVolume.Mount(device, pool);
        Inode file = volume.AddFile("a");
        OpenFile open = Open(file);
        byte[] bytes = new byte[64 << 10];
        bytes.AsSpan().Fill(1);
        Errno met = Errno.OK;
        for (int index = 0; index < 100 && met == Errno.OK; index++)
        {
            Result<int> written = open.Write((long)index * bytes.Length, bytes);
            met = written.IsOk ? Errno.OK : written.Error.Errno;
        }

        Assert.Equal(Errno.EIO, met);
        Assert.Equal(Errno.EIO, Synced(open));
        open.Dispose();
        volume.Writeback.Stop();
        volume.Dispose();
    }

    // False when the fault was not reached any more.
    private static bool RunOnce(int skip)
    {
        using MemoryDevice inner = new(DeviceBytes);
        using FolioPool pool = new(8L << 20);
        PlainVolume.Format(inner, pool).Dispose();
        FaultRule rule = new(FaultKind.WriteError, skip: skip, count: 1);
        using FaultyDevice device = new(inner, [rule]);
        bool isStruck;
        byte[] first = Pattern(3, 60_000);
        byte[] second = Pattern(5, 30_000);
        using (PlainVolume volume = PlainVolume.Mount(device, pool))
        {
            volume.Writeback.Mode = FlusherMode.Manual;
            Inode left = volume.AddFile("left");
            Inode right = volume.AddFile("right");
            OpenFile one = Open(left);
            OpenFile two = Open(left);
            OpenFile other = Open(right);
            Assert.Equal(first.Length, one.Write(0, first).OrThrow());
            Assert.Equal(first.Length, one.Write(200_000, first).OrThrow());
            Assert.Equal(second.Length, other.Write(0, second).OrThrow());
            Errno ofOne = Synced(one);
            bool struckData = left.Mapping.Errors.Since(0) != Errno.OK;
            Errno ofTwo = Synced(two);
            Assert.True(!struckData || (ofOne == Errno.EIO && ofTwo == Errno.EIO), $"write {skip}: {ofOne} {ofTwo}");
            Errno ofOther = Synced(other);
            bool struckOther = right.Mapping.Errors.Since(0) != Errno.OK || rule.StruckCount > 0;
            Assert.True(ofOther == Errno.OK || (struckOther && !struckData), $"write {skip}: {ofOther} for a file without error");

            // Each of them has heard; the fault is over, or was never reached; everything can be written.
            isStruck = rule.StruckCount > 0;
            (Errno, Errno, Errno) again = (Synced(one), Synced(two), Synced(other));
            Assert.True(
                again == (Errno.OK, Errno.OK, Errno.OK) || !isStruck,
                $"write {skip}: first {ofOne}, {ofTwo}, {ofOther}; again {again}; {left.Mapping.Errors.Since(0)}");
            one.Dispose();
            two.Dispose();
            other.Dispose();
            volume.Writeback.Stop();
        }

        using (PlainVolume volume = PlainVolume.Mount(inner, pool))
        {
            pool.Workers.Mode = ReadaheadMode.Off;
            Assert.Equal(first, ReadBack(volume, "left", 0, first.Length));
            Assert.Equal(first, ReadBack(volume, "left", 200_000, first.Length));
            Assert.Equal(second, ReadBack(volume, "right", 0, second.Length));
            Assert.Empty(volume.CheckMaps());
        }

        return isStruck;
    }

    private static Errno Synced(OpenFile file)
    {
        try
        {
            Result synced = file.Sync();
            return synced.IsOk ? Errno.OK : synced.Error.Errno;
        }
        catch (FsException damage)
        {
            return damage.Error.Errno;
        }
    }

    private static OpenFile Open(Inode inode)
    {
        Check.That(inode.TryGet());
        return new OpenFile(inode, Credentials.Root, OpenFlags.O_RDWR, new LockOwner("test"));
    }

    private static byte[] Pattern(ulong seed, int length)
    {
        byte[] bytes = new byte[length];
        new Prng(seed).Fill(bytes);
        return bytes;
    }

    private static byte[] ReadBack(PlainVolume volume, string name, long position, int length)
    {
        Inode? file = volume.FindFile(name);
        Assert.NotNull(file);
        byte[] bytes = new byte[length];
        int got = file.Mapping.Read(position, bytes, new ReadaheadState(0), ReadMode.Blocking).OrThrow();
        Assert.Equal(length, got);
        file.Put();
        return bytes;
    }
}
