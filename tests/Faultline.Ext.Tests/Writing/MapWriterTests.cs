// Goal: block maps of either kind say what was put into them, through every split, merge, growth and shrinking, and
// e2fsck agrees. Method: random changes against an array that says of each file block where it lies and in what state.

using System;
using Faultline.Base;
using Faultline.Ext.Allocation;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.Tests.Writing;

public sealed class MapWriterTests
{
    private readonly record struct Place(MapState State, ulong Block);

    [Theory]
    [InlineData("-t ext4 -b 1024", 1)]
    [InlineData("-t ext4 -b 1024", 2)]
    [InlineData("-t ext4 -b 4096", 3)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum", 4)]
    [InlineData("-t ext4 -b 1024 -O ^extents,^64bit", 5)]
    [InlineData("-t ext2 -b 1024", 6)]
    [InlineData("-t ext3 -b 2048", 7)]
    public void RandomChanges_AreWhatTheMapSays(string image, ulong seed)
    {
        using SpaceVolume volume = new(48 << 20, 1, image.Split(' '));
        long free = volume.Allocator.UnclaimedClusterCount;
        InodeRecord inode = volume.File("f0");
        bool isTree = inode.Has(ExtInodeFlags.Extents);
        Place[] model = new Place[6000];
        Prng random = new(seed);
        for (int step = 0; step < 3000; step++)
        {
            int first = (int)random.Below(model.Length);
            int count = (int)long.Min(1 + random.Below(random.OneIn(20) ? 800 : 6), model.Length - first);
            switch (random.Below(isTree ? 12 : 8))
            {
                case < 6:
                    Fill(volume, inode, model, first, count, random, isTree && random.OneIn(2));
                    break;
                case < 8:
                    Remove(volume, inode, model, first, count);
                    break;
                case < 11:
                    SetState(volume, inode, model, first, count, random.OneIn(2));
                    break;
                default:
                    Shift(volume, inode, model, first, int.Min(count, 40), random.OneIn(2));
                    break;
            }

            if (step % 300 == 0)
            {
                Compare(volume, inode, model, step);
            }
        }

        Compare(volume, inode, model, 3000);
        inode.SizeBytes = (long)model.Length * volume.Super.BlockSize;
        volume.Steps(inode, 1, static _ => true);
        volume.AssertClean();
        Remove(volume, inode, model, 0, model.Length);
        inode.SizeBytes = 0;
        volume.Steps(inode, 1, static _ => true);
        volume.AssertClean();
        Assert.Equal(0UL, inode.Sectors);
        Assert.Equal(free, volume.Allocator.UnclaimedClusterCount);
    }

    // Every second block of a long file: an extent each, a tree of four levels.
    [Fact]
    public void AnExtentABlock_MakesADeepTreeThatShrinksAgain()
    {
        using SpaceVolume volume = new(64 << 20, 1, "-t", "ext4", "-b", "1024");
        InodeRecord inode = volume.File("f0");
        Prng random = new(1);
        Place[] model = new Place[60_000];
        for (int first = 0; first < model.Length; first += 2)
        {
            // From both ends, so that leaves split in the middle, too.
            int at = first % 4 == 0 ? first : model.Length - 1 - first;
            Fill(volume, inode, model, at, 1, random, isUnwritten: false);
        }

        Assert.True(volume.Volume.Map.TreeDepth(inode) >= 2);
        Compare(volume, inode, model, 0);
        inode.SizeBytes = (long)model.Length * 1024;
        volume.Steps(inode, 1, static _ => true);
        volume.AssertClean();
        Remove(volume, inode, model, 2, model.Length - 2);
        Compare(volume, inode, model, 1);
        Assert.Equal(0, volume.Volume.Map.TreeDepth(inode));
        volume.AssertClean();
    }

    // What grows at its end fills its nodes.
    [Fact]
    public void AppendingExtents_LeavesFullNodes()
    {
        using SpaceVolume volume = new(64 << 20, 1, "-t", "ext4", "-b", "1024");
        InodeRecord inode = volume.File("f0");
        Prng random = new(1);
        Place[] model = new Place[4000];
        for (int first = 0; first < model.Length; first += 2)
        {
            Fill(volume, inode, model, first, 1, random, isUnwritten: false);
        }

        long nodes = ((long)inode.Sectors / 2) - 2000;
        Assert.InRange(nodes, 2000 / 84, (2000 / 82) + 3);
    }

    private static void Fill(
        SpaceVolume volume, InodeRecord inode, Place[] model, int first, int count, Prng random, bool isUnwritten)
    {
        int at = first;
        while (at < first + count)
        {
            if (model[at].State != MapState.Hole)
            {
                at++;
                continue;
            }

            int stop = at;
            while (stop < first + count && model[stop].State == MapState.Hole)
            {
                stop++;
            }

            int length = int.Min(stop - at, 1 + (int)random.Below(200));
            ulong goal = random.OneIn(3) || at == 0
                ? 2000 + (ulong)random.Below((long)volume.Super.BlockCount - 3000)
                : model[at - 1].Block + 1;
            Assert.True(volume.Allocator.TryReserveEmergency(length));
            BlockRun run = volume.Allocator.AllocateInMemory(goal, (ulong)length, null).OrThrow();
            volume.Allocator.Release(length - (long)run.Count);
            MapState state = isUnwritten ? MapState.Unwritten : MapState.Written;
            MappedRange range = new((ulong)at, run.Count, state, run.Start);
            volume.Steps(inode, volume.Writer.InsertCredits(inode, run.Count) + 5, change =>
            {
                volume.Writer.Insert(change, range).ThrowIfError();
                volume.Allocator.CommitInFlight(change.Handle, run.Start, run.Count);
                volume.Writer.Space.ChargeClusters(inode, (long)run.Count);
                return true;
            });
            for (ulong block = 0; block < run.Count; block++)
            {
                model[at + (int)block] = new Place(state, run.Start + block);
            }

            at += (int)run.Count;
        }
    }

    private static void Remove(SpaceVolume volume, InodeRecord inode, Place[] model, int first, int count)
    {
        ulong end = (ulong)(first + count);
        volume.Steps(
            inode,
            volume.Writer.StepCredits(inode) + 5,
            change => volume.Writer.RemoveRange(change, (ulong)first, ref end).OrThrow());
        model.AsSpan(first, count).Clear();
        if (first % 3 == 0)
        {
            volume.Commit();
        }
    }

    private static void SetState(
        SpaceVolume volume, InodeRecord inode, Place[] model, int first, int count, bool isUnwritten)
    {
        ulong at = (ulong)first;
        ulong end = (ulong)(first + count);
        volume.Steps(inode, volume.Writer.StepCredits(inode) + 5, change => isUnwritten
            ? volume.Writer.ConvertToUnwritten(change, ref at, end).OrThrow()
            : volume.Writer.ConvertToWritten(change, ref at, end).OrThrow());
        for (int block = first; block < first + count; block++)
        {
            bool isMapped = model[block].State != MapState.Hole;
            model[block] = isMapped
                ? model[block] with { State = isUnwritten ? MapState.Unwritten : MapState.Written }
                : default;
        }
    }

    // Down over a range that is removed first, or up with the end cut off.
    private static void Shift(
        SpaceVolume volume, InodeRecord inode, Place[] model, int first, int count, bool isDown)
    {
        if (isDown)
        {
            Remove(volume, inode, model, first, count);
            ulong down = (ulong)(first + count);
            volume.Steps(
                inode,
                volume.Writer.StepCredits(inode),
                change => volume.Writer.Shift(change, (ulong)(first + count), -count, ref down).OrThrow());
            Array.Copy(model, first + count, model, first, model.Length - first - count);
            model.AsSpan(model.Length - count).Clear();
            return;
        }

        Remove(volume, inode, model, model.Length - count, count);
        volume.Steps(inode, volume.Writer.StepCredits(inode), change =>
        {
            volume.Writer.SplitAt(change, (ulong)first).ThrowIfError();
            return true;
        });
        ulong up = uint.MaxValue;
        volume.Steps(
            inode,
            volume.Writer.StepCredits(inode),
            change => volume.Writer.Shift(change, (ulong)first, count, ref up).OrThrow());
        int moved = int.Max(0, model.Length - first - count);
        Array.Copy(model, first, model, first + count, moved);
        model.AsSpan(first, int.Min(count, model.Length - first)).Clear();
    }

    private static void Compare(SpaceVolume volume, InodeRecord inode, Place[] model, int step)
    {
        ulong at = 0;
        while (at < (ulong)model.Length)
        {
            MappedRange range = volume.Volume.Map.Lookup(inode, at);
            for (; at < ulong.Min(range.End, (ulong)model.Length); at++)
            {
                Place found = range.State == MapState.Hole ? default : new Place(range.State, range.At(at).Value);
                Assert.True(model[at] == found, $"step {step}: file block {at} is {found}, expected {model[at]}");
            }
        }
    }
}
