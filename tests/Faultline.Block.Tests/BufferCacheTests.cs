// Goal: the buffer cache verifies once a kind and owner, keeps its budget, never hands out damage,
// and allocates nothing on a hit.

using System;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;

namespace Faultline.Block.Tests;

public sealed class BufferCacheTests
{
    private static readonly Reason s_bad = new("Test.Bad", Errno.EUCLEAN, "bad block");

    private int _verifyCount;

    private static MemoryDevice NewDevice()
    {
        MemoryDevice device = new(1 << 20);
        for (int block = 0; block < 1024; block++)
        {
            device.Write(block * 1024L, [(byte)(block & 0xFF), (byte)(block >> 8)]);
        }

        return device;
    }

    private BlockFormat NewFormat() => new("test", Verify);

    private Result Verify(ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context)
    {
        _verifyCount++;
        return context.Argument == 7 ? s_bad.At(context.Inode, block) : Result.Ok;
    }

    [Fact]
    public void SecondRead_NeitherReadsNorVerifiesNorAllocates()
    {
        BufferCache cache = new(NewDevice(), 1024, 1 << 20);
        BlockFormat format = NewFormat();
        BlockContext context = new(new InodeNumber(3), 4);
        MetadataBuffer first = cache.Read(new BlockNumber(513), format, context);
        Assert.Equal([1, 2], first.Bytes.Slice(0, 2).ToArray());
        _ = cache.Read(new BlockNumber(513), format, context);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int round = 0; round < 10_000; round++)
        {
            _ = cache.Read(new BlockNumber(513), format, context);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1, _verifyCount);
        Assert.Equal(1, cache.MissCount);
        Assert.Same(first, cache.TryGetCached(new BlockNumber(513), format, context));
        Assert.Null(cache.TryGetCached(new BlockNumber(514), format, context));
    }

    [Fact]
    public void OtherKindOrOwner_IsVerifiedAgain()
    {
        BufferCache cache = new(NewDevice(), 1024, 1 << 20);
        BlockFormat format = NewFormat();
        _ = cache.Read(new BlockNumber(1), format, new BlockContext(new InodeNumber(3), 4));
        _ = cache.Read(new BlockNumber(1), format, new BlockContext(new InodeNumber(4), 4));
        _ = cache.Read(new BlockNumber(1), NewFormat(), new BlockContext(new InodeNumber(4), 4));
        Assert.Equal(3, _verifyCount);
        Assert.Equal(1, cache.MissCount);
    }

    [Fact]
    public void Damage_IsThrownEveryTimeWithItsPlace()
    {
        BufferCache cache = new(NewDevice(), 1024, 1 << 20);
        BlockFormat format = NewFormat();
        BlockContext context = new(new InodeNumber(9), 0, 7);
        for (int round = 0; round < 2; round++)
        {
            FsException failure = Assert.Throws<FsException>(
                () => cache.Read(new BlockNumber(5), format, context));
            Assert.Same(s_bad, failure.Error.Reason);
            Assert.Equal((9UL, 5UL), (failure.Error.Inode.Value, failure.Error.Block.Value));
            Assert.Null(cache.TryGetCached(new BlockNumber(5), format, context));
        }

        Assert.Same(
            BlockReasons.BlockOutOfRange,
            Assert.Throws<FsException>(
                () => cache.Read(new BlockNumber(1024), format, default)).Error.Reason);
    }

    [Fact]
    public void Budget_IsKeptAndUsedBlocksSurvive()
    {
        BufferCache cache = new(NewDevice(), 1024, 16 * 1024);
        BlockFormat format = NewFormat();
        for (ulong block = 0; block < 1024; block++)
        {
            _ = cache.Read(new BlockNumber(block), format, default);
            _ = cache.Read(new BlockNumber(0), format, default);
            cache.CheckInvariants();
            Assert.True(cache.Count <= 16);
        }

        Assert.InRange(cache.MissCount, 1024, 1030);
        cache.Clear();
        cache.CheckInvariants();
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void ReadersInParallel_SeeOneObjectABlockAndTheRightBytes()
    {
        BufferCache cache = new(NewDevice(), 1024, 64 * 1024);
        BlockFormat format = new("free", static (ReadOnlySpan<byte> _, BlockNumber _, in BlockContext _) => Result.Ok);
        Parallel.For(0, 4, worker =>
        {
            Prng random = new((ulong)worker);
            for (int round = 0; round < 20_000; round++)
            {
                ulong block = (ulong)random.Below(1024);
                ReadOnlySpan<byte> bytes = cache.Read(new BlockNumber(block), format, default).Bytes;
                Assert.Equal(block, bytes[0] + (256UL * bytes[1]));
            }
        });
        cache.CheckInvariants();
    }
}
