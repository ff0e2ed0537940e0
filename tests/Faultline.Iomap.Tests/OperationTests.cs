// Goal: every operation over maps answers what the maps say, at edges and after errors.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;

namespace Faultline.Iomap.Tests;

public sealed class OperationTests
{
    // file: [0,4K) data at 64K, [4K,8K) hole, [8K,12K) unwritten at 128K, [12K,20K) data at 192K,
    // hole to the end (30000)
    private const long Size = 30000;

    private static readonly Iomap[] s_maps =
    [
        Map(IomapType.Mapped, 0, 4096, 65536),
        Map(IomapType.Unwritten, 8192, 4096, 131072),
        Map(IomapType.Mapped, 12288, 8192, 196608),
    ];

    [Fact]
    public void BufferedRead_ShowsDataHolesAndUnwrittenAsZeros()
    {
        using Fixture fixture = new();
        byte[] buffer = new byte[40000];
        int read = fixture.Mapping.Read(0, buffer, new ReadaheadState(), ReadMode.Blocking).OrThrow();
        Assert.Equal(Size, read);
        AssertContents(buffer.AsSpan(0, read));
    }

    [Fact]
    public void DirectRead_ShowsTheSame()
    {
        using Fixture fixture = new();
        byte[] buffer = new byte[30208];
        int read = DirectRead.Read(fixture.Maps, Size, 0, buffer).OrThrow();
        Assert.Equal(Size, read);
        AssertContents(buffer.AsSpan(0, read));
    }

    [Fact]
    public void DirectRead_ThatMeetsDamageAfterBytes_IsShort_AndTheNextOneThrows()
    {
        using FaultyDevice faulty = new(Filled(), [new FaultRule(FaultKind.ReadError, 196608 + 4096)]);
        ListedMaps maps = new(faulty, s_maps);
        byte[] buffer = new byte[20480];
        Assert.Equal(12288, DirectRead.Read(maps, Size, 0, buffer).OrThrow());
        AssertContents(buffer.AsSpan(0, 12288));
        _ = Assert.Throws<FsException>(() => DirectRead.Read(maps, Size, 12288, buffer));
        Assert.Equal(maps.Begun, maps.Ended);
    }

    [Theory]
    [InlineData(1, 512)]
    [InlineData(0, 511)]
    public void DirectRead_Unaligned_IsEINVAL(long position, int length)
    {
        using Fixture fixture = new();
        Assert.Equal(Errno.EINVAL, DirectRead.Read(fixture.Maps, Size, position, new byte[length]).Error.Errno);
    }

    [Theory]
    [InlineData(0, 0, 4096)]
    [InlineData(100, 100, 4096)]
    [InlineData(4096, 12288, 4096)]
    [InlineData(9000, 12288, 9000)]
    [InlineData(12288, 12288, 20480)]
    public void Seek_FindsDataAndHoles(long from, long data, long hole)
    {
        using Fixture fixture = new();
        Assert.Equal(data, Seek.Data(fixture.Maps, Size, from).Value);
        Assert.Equal(hole, Seek.Hole(fixture.Maps, Size, from).Value);
    }

    [Fact]
    public void Seek_PastTheLastData_IsENXIO()
    {
        using Fixture fixture = new();
        Assert.Equal(Errno.ENXIO, Seek.Data(fixture.Maps, Size, 20480).Error.Errno);
        Assert.Equal(Errno.ENXIO, Seek.Data(fixture.Maps, Size, Size).Error.Errno);
        Assert.Equal(Errno.ENXIO, Seek.Hole(fixture.Maps, Size, Size).Error.Errno);
        Assert.Equal(Size, Seek.Hole(fixture.Maps, Size, Size - 1).Value + 1);
    }

    [Fact]
    public void Fiemap_JoinsNeighboursAndMarksTheLast()
    {
        using MemoryDevice device = new(1 << 20);
        ListedMaps maps = new(device,
        [
            Map(IomapType.Mapped, 0, 4096, 65536),
            Map(IomapType.Mapped, 4096, 4096, 69632),
            Map(IomapType.Unwritten, 8192, 4096, 73728),
            Map(IomapType.Mapped, 20480, 4096, 4096),
        ]);
        List<FileExtent> extents = [];
        Assert.True(Fiemap.List(maps, 0, 1L << 40, extents).IsOk);
        Assert.Equal(
        [
            new FileExtent(0, 8192, 65536, IomapType.Mapped, IomapFlags.None),
            new FileExtent(8192, 4096, 73728, IomapType.Unwritten, IomapFlags.None),
            new FileExtent(20480, 4096, 4096, IomapType.Mapped, IomapFlags.Last),
        ], extents);
    }

    [Fact]
    public void InlineData_AreCopiedAndZeroFilled()
    {
        using MemoryDevice device = new(1 << 20);
        ListedMaps maps = new(device,
        [
            new Iomap { Type = IomapType.Inline, Position = 0, Length = 4096, InlineData = new byte[] { 1, 2, 3 } },
        ]);
        using Fixture fixture = new(maps, size: 5);
        byte[] buffer = new byte[10];
        Assert.Equal(5, fixture.Mapping.Read(0, buffer, new ReadaheadState(), ReadMode.Blocking).OrThrow());
        Assert.Equal([1, 2, 3, 0, 0], buffer[..5]);
    }

    [Fact]
    public void MapThatDoesNotCoverThePosition_IsDamageAndNoEndlessLoop()
    {
        using MemoryDevice device = new(1 << 20);
        using Fixture fixture = new(new LyingMaps(device), size: 8192);
        FsException thrown = Assert.Throws<FsException>(
            () => fixture.Mapping.Read(4096, new byte[10], new ReadaheadState(), ReadMode.Blocking));
        Assert.Equal(Errno.EUCLEAN, thrown.Error.Errno);
    }

    [Fact]
    public void BytesBeyondTheEnd_AreZeroInTheFolio()
    {
        using Fixture fixture = new(new ListedMaps(Filled(), [Map(IomapType.Mapped, 0, 4096, 65536)]), size: 100);
        _ = fixture.Mapping.Read(0, new byte[10], new ReadaheadState(), ReadMode.Blocking).OrThrow();
        Folio folio = fixture.Mapping.GetFolio(0)!;
        Assert.Equal(-1, folio.Bytes(100, 3996).IndexOfAnyExcept((byte)0));
        folio.Put();
    }

    [Fact]
    public void DeviceError_FailsItsBlockAlone()
    {
        using FaultyDevice faulty = new(Filled(), [new FaultRule(FaultKind.ReadError, 65536 + 1024, 65536 + 2047)]);
        using Fixture fixture = new(new ListedMaps(faulty, [Map(IomapType.Mapped, 0, 65536, 65536)]), size: 65536);
        ReadaheadState state = new();
        _ = Assert.Throws<FsException>(() => fixture.Mapping.Read(1024, new byte[10], state, ReadMode.Blocking));
        byte[] buffer = new byte[1024];
        Assert.Equal(1024, fixture.Mapping.Read(0, buffer, state, ReadMode.Blocking).OrThrow());
        Assert.Equal(1024, fixture.Mapping.Read(2048, buffer, state, ReadMode.Blocking).OrThrow());
        Assert.Equal(unchecked((byte)((65536 + 2048) / 512)), buffer[0]);
    }

    [Fact]
    public void EveryBegin_HasItsEnd()
    {
        using Fixture fixture = new();
        _ = fixture.Mapping.Read(0, new byte[40000], new ReadaheadState(), ReadMode.Blocking).OrThrow();
        ListedMaps maps = (ListedMaps)fixture.Maps;
        Assert.Equal(maps.Begun, maps.Ended);
    }

    private static Iomap Map(IomapType type, long position, long length, long address) =>
        new() { Type = type, Position = position, Length = length, Address = address };

    private static MemoryDevice Filled()
    {
        byte[] contents = new byte[1 << 20];
        for (int index = 0; index < contents.Length; index++)
        {
            contents[index] = unchecked((byte)(index / 512));
        }

        return MemoryDevice.Of(contents);
    }

    private static void AssertContents(ReadOnlySpan<byte> buffer)
    {
        for (int at = 0; at < buffer.Length; at++)
        {
            long address = at < 4096 ? 65536 + at : at is >= 12288 and < 20480 ? 196608 + (at - 12288) : -1;
            byte expected = address < 0 ? (byte)0 : unchecked((byte)(address / 512));
            if (buffer[at] != expected)
            {
                Assert.Fail($"byte {at}: {buffer[at]}, expected {expected}");
            }
        }
    }

    private sealed class LyingMaps(IBlockDevice device) : IIomapOps
    {
        public IBlockDevice Device { get; } = device;

        public int BlockSizeBytes => 4096;

        public Result Begin(long position, long length, IomapIntent intent, out Iomap iomap)
        {
            iomap = new Iomap { Type = IomapType.Hole, Position = 0, Length = position };
            return Result.Ok;
        }

        public void End(in Iomap iomap, long done)
        {
        }
    }

    private sealed class Fixture : IMappingHost, IDisposable
    {
        private readonly FolioPool _pool = new(16L << 20);

        internal Fixture()
            : this(new ListedMaps(Filled(), s_maps), Size)
        {
        }

        internal Fixture(IIomapOps maps, long size)
        {
            Maps = maps;
            SizeBytes = size;
            Mapping = new Mapping(_pool, this, "iomapfs", 1, InvalidatePolicy.RangeLock);
        }

        public long SizeBytes { get; }

        internal IIomapOps Maps { get; }

        internal Mapping Mapping { get; }

        public Result Fill(in FillRequest request) => BufferedRead.Fill(Maps, SizeBytes, request);

        public void Dispose()
        {
            Mapping.Close();
            _pool.Dispose();
        }
    }
}
