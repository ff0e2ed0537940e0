// Goal: every device keeps the contract: ranges are checked, what is written is read, errors carry
// their reason.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;

namespace Faultline.Block.Tests;

public sealed unsafe class DeviceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-block").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string NewFile(long sizeBytes)
    {
        string path = Path.Combine(_directory, "image");
        using FileStream stream = new(path, FileMode.Create);
        stream.SetLength(sizeBytes);
        return path;
    }

    private static byte[] Pattern(int length, int seed)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = (byte)(((index * 7) + seed) & 0xFF);
        }

        return bytes;
    }

    private static void CheckContract(IBlockDevice device)
    {
        byte[] expected = Pattern(200_000, 3);
        device.Write(1234, expected);
        byte[] actual = new byte[expected.Length];
        device.Read(1234, actual);
        Assert.Equal(expected, actual);

        byte[] memory = GC.AllocateArray<byte>(30_000, pinned: true);
        fixed (byte* start = memory)
        {
            IoVector[] vectors = [new(start, 10_000), new(start + 10_000, 0), new(start + 10_000, 20_000)];
            device.Read(1234 + 500, vectors);
            Assert.Equal(expected.AsSpan(500, 30_000).ToArray(), memory);
            device.Write(300_000, vectors, WriteFlags.Fua);
        }

        byte[] copy = new byte[30_000];
        device.Read(300_000, copy);
        Assert.Equal(memory, copy);

        device.WriteZeroes(300_100, 29_000);
        device.Read(300_000, copy);
        Assert.All(copy.AsSpan(100, 29_000).ToArray(), static value => Assert.Equal(0, value));
        Assert.Equal(memory[99], copy[99]);
        Assert.Equal(memory[29_100], copy[29_100]);
        device.Discard(300_000, 4096);
        device.Flush();

        foreach ((long offset, int length) in
            new (long, int)[] { (-1, 1), (device.SizeBytes, 1), (device.SizeBytes - 1, 2), (long.MaxValue, 1) })
        {
            FsException failure = Assert.Throws<FsException>(() => device.Read(offset, new byte[length]));
            Assert.Same(BlockReasons.OutOfRange, failure.Error.Reason);
        }

        device.Read(device.SizeBytes, Span<byte>.Empty);
    }

    [Fact]
    public void MemoryDevice_KeepsTheContract() => CheckContract(new MemoryDevice(1 << 20));

    [Fact]
    public void MemoryDevice_OfATerabyte_CostsWhatWasWritten()
    {
        MemoryDevice device = new(1L << 40);
        device.Write((1L << 40) - 100, Pattern(100, 1));
        Assert.Equal(MemoryDevice.ChunkBytes, device.AllocatedBytes);
        byte[] bytes = new byte[100];
        device.Read((1L << 40) - 100, bytes);
        Assert.Equal(Pattern(100, 1), bytes);
        device.Discard(0, 1L << 40);
        Assert.Equal(0, device.AllocatedBytes);
    }

    [Fact]
    public void FileDevice_KeepsTheContract()
    {
        using FileDevice device = FileDevice.Open(NewFile(1 << 20), FileAccess.ReadWrite);
        CheckContract(device);
    }

    [Fact]
    public void PortableFile_KeepsTheContract()
    {
        using FileDevice device = FileDevice.OpenPortable(NewFile(1 << 20), FileAccess.ReadWrite);
        CheckContract(device);
    }

    [Fact]
    public void MappedDevice_KeepsTheContract()
    {
        using MappedDevice device = MappedDevice.Open(NewFile(1 << 20), FileAccess.ReadWrite);
        CheckContract(device);
    }

    [Fact]
    public void OverlayDevice_KeepsTheContractAndItsBaseUntouched()
    {
        MemoryDevice below = MemoryDevice.Of(Pattern(1 << 20, 9));
        OverlayDevice device = new(new ReadOnlyView(below), 1024);
        CheckContract(device);
        byte[] bytes = new byte[1 << 20];
        below.Read(0, bytes);
        Assert.Equal(Pattern(1 << 20, 9), bytes);
        Assert.Equal(device.UnitCount, device.WrittenOffsets().Count);
    }

    [Fact]
    public void PartitionDevice_KeepsTheContract() =>
        CheckContract(new PartitionDevice(new MemoryDevice(2 << 20), 12_288, 1 << 20, "part"));

    [Fact]
    public void PartitionDevice_OutsideItsDevice_IsRefused() => Assert.Same(
        BlockReasons.PartitionRange,
        Assert.Throws<FsException>(() => new PartitionDevice(new MemoryDevice(4096), 4096, 1, "x")).Error.Reason);

    [Fact]
    public void RecordingDevice_KeepsTheContractAndEveryWriteWithItsEpoch()
    {
        CheckContract(new RecordingDevice(new MemoryDevice(1 << 20)));
        RecordingDevice device = new(new MemoryDevice(1 << 20));
        device.Write(0, [1, 2]);
        device.Flush();
        device.Write(5, [3], WriteFlags.Fua);
        IReadOnlyList<RecordedWrite> writes = device.Writes;
        Assert.Equal([0, 1], [writes[0].Epoch, writes[1].Epoch]);
        Assert.Equal([1, 2], writes[0].Data);
        Assert.Equal(WriteFlags.Fua, writes[1].Flags);
    }

    [Fact]
    public void FaultyDevice_FollowsItsScript()
    {
        MemoryDevice inner = new(1 << 20);
        FaultRule read = new(FaultKind.ReadError, 4096, 8191, skip: 1, count: 1);
        FaultRule torn = new(FaultKind.TornWrite, 0, 0);
        FaultRule dropped = new(FaultKind.DroppedWrite, 9000, 9000);
        FaultyDevice device = new(inner, [read, torn, dropped, new(FaultKind.FlushError, count: 1)]);
        device.Read(0, new byte[4097]);
        Assert.Equal(0, read.StruckCount);
        Assert.Equal(
            Errno.EIO, Assert.Throws<FsException>(() => device.Read(8191, new byte[1])).Error.Errno);
        device.Read(8191, new byte[1]);
        Assert.Equal(1, read.StruckCount);

        device.Write(0, Pattern(4096, 1));
        byte[] bytes = new byte[4096];
        inner.Read(0, bytes);
        Assert.Equal(Pattern(4096, 1).AsSpan(0, 2048).ToArray(), bytes.AsSpan(0, 2048).ToArray());
        Assert.Equal(new byte[2048], bytes.AsSpan(2048).ToArray());
        device.Write(9000, [7]);
        inner.Read(9000, bytes.AsSpan(0, 1));
        Assert.Equal(0, bytes[0]);
        Assert.Throws<FsException>(device.Flush);
        device.Flush();
    }

    [Fact]
    public void SecondWriter_IsRefusedAndReadersShare()
    {
        string path = NewFile(4096);
        using (FileDevice writer = FileDevice.Open(path, FileAccess.ReadWrite))
        {
            FsException failure = Assert.Throws<FsException>(() => FileDevice.Open(path, FileAccess.ReadWrite));
            Assert.Same(BlockReasons.ImageInUse, failure.Error.Reason);
            Assert.Throws<FsException>(() => FileDevice.Open(path));
        }

        using FileDevice one = FileDevice.Open(path);
        using FileDevice two = FileDevice.Open(path);
        Assert.Throws<FsException>(() => FileDevice.Open(path, FileAccess.ReadWrite));
        Assert.Same(
            BlockReasons.ReadOnly, Assert.Throws<FsException>(() => one.Write(0, new byte[1])).Error.Reason);
    }

    [Fact]
    public void OpeningWhatIsNoImage_NamesTheReason()
    {
        Assert.Same(
            BlockReasons.ImageMissing,
            Assert.Throws<FsException>(() => FileDevice.Open(Path.Combine(_directory, "no"))).Error.Reason);
        Assert.Same(
            BlockReasons.ImageNotAFile,
            Assert.Throws<FsException>(() => FileDevice.Open(_directory)).Error.Reason);
    }

    [Fact]
    public void ShrunkFile_IsAShortTransfer()
    {
        string path = NewFile(8192);
        using FileDevice device = FileDevice.Open(path);
        using (FileStream stream = new(path, FileMode.Open))
        {
            stream.SetLength(100);
        }

        Assert.Same(
            BlockReasons.ShortTransfer,
            Assert.Throws<FsException>(() => device.Read(0, new byte[4096])).Error.Reason);
    }

    private sealed class ReadOnlyView(IBlockDevice inner) : BlockDevice(inner.Name, isReadOnly: true)
    {
        public override long SizeBytes => inner.SizeBytes;

        public override void Flush() => inner.Flush();

        protected override void ReadChecked(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

        protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags) =>
            throw new InvalidOperationException("the base was written");

        protected override void DiscardChecked(long offset, long length) =>
            throw new InvalidOperationException("the base was written");

        protected override void WriteZeroesChecked(long offset, long length) =>
            throw new InvalidOperationException("the base was written");
    }
}
