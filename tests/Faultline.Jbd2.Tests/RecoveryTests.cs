// Goal: a replay into memory leaves exactly what the tools' own replay leaves, in every form a
// journal can have. Method: the tools write the log, both replay it, the images are compared.

using System;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;
using Faultline.Jbd2.Recovery;

namespace Faultline.Jbd2.Tests;

public sealed class RecoveryTests
{
    private static readonly (uint[], uint[], bool)[] s_mixedLog =
    [
        ([5001, 5002, 5003, 5004], [], true),
        ([5002, 5005], [], true),
        ([], [5003, 5004], true),
        ([5004, 5006], [], true),
        ([5007, 5008], [], false),
    ];

    public static TheoryData<string, string, int> Forms => new()
    {
        { "^metadata_csum,^64bit", "jo", 0 },
        { "^metadata_csum,64bit", "jo", 0 },
        { "metadata_csum,^64bit", "jo -c -v 2", 2 },
        { "metadata_csum,64bit", "jo -c -v 2", 2 },
        { "metadata_csum,^64bit", "jo -c -v 3", 3 },
        { "metadata_csum,64bit", "jo -c -v 3", 3 },
    };

    private static RecoverySummary Replay(JournalImage image, MemoryDevice device, out byte[] result)
    {
        JournalLocation location = image.Locate(device);
        JournalSuperBlock super = JournalSuperBlock
            .Parse(image.ReadSuper(device), JournalImage.BlockSize, location.BlockCount).OrThrow();
        OverlayDevice overlay = new(device, JournalImage.BlockSize);
        RecoverySummary summary = JournalRecovery.Replay(location, super, overlay);
        result = new byte[overlay.SizeBytes];
        overlay.Read(0, result);
        return summary;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Replay_LeavesWhatTheToolsReplayLeaves(string features, string open, int checksumVersion)
    {
        using JournalImage image = new(features);
        image.Write(open, s_mixedLog);
        MemoryDevice device = image.Load();
        RecoverySummary summary = Replay(image, device, out byte[] result);
        Assert.Equal(image.ReplayByTool(), image.Comparable(result));

        Assert.True(summary.WasDirty);
        Assert.Equal(4, summary.TransactionCount);
        Assert.Equal([5001, 5002, 5004, 5005, 5006], Numbers(summary));
        Assert.Equal(2, summary.RevokedCount);
        Assert.Equal(2, summary.RevokeRecordCount);
        Assert.Equal(summary.FirstSequence.Value + 4, summary.NextSequence.Value);
        JournalSuperBlock super = JournalSuperBlock.Parse(
            image.ReadSuper(device), JournalImage.BlockSize, 1024).OrThrow();
        Assert.Equal(checksumVersion, super.ChecksumVersion);
        Assert.Equal(features.EndsWith(",64bit", StringComparison.Ordinal), super.Is64Bit);
    }

    [Theory]
    [InlineData(1015u)]
    [InlineData(1019u)]
    [InlineData(1022u)]
    public void LogThatWrapsAround_IsReplayed(uint start)
    {
        using JournalImage image = new("^metadata_csum,64bit");
        image.Write("jo", s_mixedLog);
        MemoryDevice device = image.Load();
        Rotate(image, device, start);
        image.Store(device);
        RecoverySummary summary = Replay(image, device, out byte[] result);
        Assert.Equal(4, summary.TransactionCount);
        Assert.Equal(image.ReplayByTool(), image.Comparable(result));
    }

    [Fact]
    public void CleanJournal_NeedsNothing()
    {
        using JournalImage image = new("metadata_csum");
        RecoverySummary summary = Replay(image, image.Load(), out _);
        Assert.False(summary.WasDirty);
        Assert.Equal(LogStop.Clean, summary.Stop);
    }

    [Theory]
    [InlineData("jo -c -v 3", LogStop.CommitChecksum)]
    [InlineData("jo -c -v 2", LogStop.CommitChecksum)]
    public void TornCommitBlock_EndsTheLogBeforeIt(string open, LogStop expected)
    {
        using JournalImage image = new("metadata_csum,64bit");
        image.Write(open, s_mixedLog[0], s_mixedLog[1]);
        MemoryDevice device = image.Load();
        // Transaction 1: descriptor, four blocks, commit at 6; transaction 2: 7, 8, 9, commit at 10.
        device.Write(((long)image.Blocks[10] * JournalImage.BlockSize) + 0x30, [1, 2, 3]);
        RecoverySummary summary = Replay(image, device, out _);
        Assert.Equal(1, summary.TransactionCount);
        Assert.Equal(expected, summary.Stop);
        Assert.Equal([5001, 5002, 5003, 5004], Numbers(summary));
    }

    [Fact]
    public void TornDescriptor_EndsTheLog()
    {
        using JournalImage image = new("metadata_csum,64bit");
        image.Write("jo -c -v 3", s_mixedLog[0], s_mixedLog[1]);
        MemoryDevice device = image.Load();
        device.Write(((long)image.Blocks[7] * JournalImage.BlockSize) + 40, [0xEE]);
        Assert.Equal(LogStop.DescriptorChecksum, Replay(image, device, out _).Stop);
    }

    [Fact]
    public void TornRevokeBlock_EndsTheLog()
    {
        using JournalImage image = new("metadata_csum,64bit");
        image.Write("jo -c -v 3", s_mixedLog[0], s_mixedLog[2]);
        MemoryDevice device = image.Load();
        device.Write(((long)image.Blocks[7] * JournalImage.BlockSize) + 40, [0xEE]);
        Assert.Equal(LogStop.RevokeChecksum, Replay(image, device, out _).Stop);
    }

    [Theory]
    [InlineData("jo -c -v 3")]
    [InlineData("jo -c -v 2")]
    public void DamagedDataBlock_IsNamed(string open)
    {
        using JournalImage image = new("metadata_csum,64bit");
        image.Write(open, s_mixedLog[0]);
        MemoryDevice device = image.Load();
        device.Write(((long)image.Blocks[3] * JournalImage.BlockSize) + 100, [0xEE]);
        FsException failure = Assert.Throws<FsException>(() => Replay(image, device, out _));
        Assert.Same(Jbd2Reasons.TagChecksum, failure.Error.Reason);
        Assert.Equal(5002UL, failure.Error.Block.Value);
    }

    [Fact]
    public void TagBeyondTheDevice_IsRefused()
    {
        using JournalImage image = new("^metadata_csum,^64bit");
        image.Write("jo", s_mixedLog[0]);
        MemoryDevice device = image.Load();
        device.Write(((long)image.Blocks[1] * JournalImage.BlockSize) + 12, [0xFF]);
        Assert.Same(
            Jbd2Reasons.TargetOutOfRange,
            Assert.Throws<FsException>(() => Replay(image, device, out _)).Error.Reason);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(15u)]
    [InlineData(1025u)]
    [InlineData(uint.MaxValue)]
    public void RevokeBlockWithImpossibleCount_IsRefused(uint count)
    {
        using JournalImage image = new("^metadata_csum,^64bit");
        image.Write("jo", s_mixedLog[2]);
        MemoryDevice device = image.Load();
        byte[] bytes = new byte[4];
        Disk.Overlay<BeUInt32>(bytes) = count;
        device.Write(((long)image.Blocks[1] * JournalImage.BlockSize) + 12, bytes);
        Assert.Same(
            Jbd2Reasons.RevokeCount,
            Assert.Throws<FsException>(() => Replay(image, device, out _)).Error.Reason);
    }

    [Fact]
    public void BlockThatIsNotMapped_IsNamed()
    {
        JournalLocation location = new(
            new MemoryDevice(10 * 1024), 1024, [new JournalExtent(0, 2, 3), new JournalExtent(5, 9, 4)]);
        byte[] block = new byte[1024];
        location.Read(2, block);
        location.Read(5, block);
        foreach (uint number in new uint[] { 3, 4, 6, 9, uint.MaxValue })
        {
            Assert.Same(
                Jbd2Reasons.Unmapped,
                Assert.Throws<FsException>(() => location.Read(number, new byte[1024])).Error.Reason);
        }
    }

    [Fact]
    public void LogOfNothingButDescriptors_Ends()
    {
        using JournalImage image = new("^metadata_csum,^64bit");
        image.Write("jo", s_mixedLog[0]);
        MemoryDevice device = image.Load();
        byte[] descriptor = new byte[JournalImage.BlockSize];
        device.Read((long)image.Blocks[1] * JournalImage.BlockSize, descriptor);
        descriptor.AsSpan(12).Clear();
        for (int index = 1; index < image.Blocks.Count; index++)
        {
            device.Write((long)image.Blocks[index] * JournalImage.BlockSize, descriptor);
        }

        RecoverySummary summary = Replay(image, device, out _);
        Assert.Equal(LogStop.LogFull, summary.Stop);
        Assert.Equal(0, summary.TransactionCount);
    }

    private static void Rotate(JournalImage image, MemoryDevice device, uint start)
    {
        const int LogBlocks = 1023;
        byte[][] log = new byte[LogBlocks][];
        for (int index = 0; index < LogBlocks; index++)
        {
            log[index] = new byte[JournalImage.BlockSize];
            device.Read((long)image.Blocks[1 + index] * JournalImage.BlockSize, log[index]);
        }

        for (int index = 0; index < LogBlocks; index++)
        {
            int moved = (int)((index + start - 1) % LogBlocks);
            device.Write((long)image.Blocks[1 + moved] * JournalImage.BlockSize, log[index]);
        }

        byte[] bytes = image.ReadSuper(device);
        Disk.Overlay<JournalSuperBlockDisk>(bytes).Start = start;
        device.Write((long)image.Blocks[0] * JournalImage.BlockSize, bytes);
    }

    private static ulong[] Numbers(RecoverySummary summary)
    {
        ulong[] numbers = new ulong[summary.WrittenBlocks.Count];
        for (int index = 0; index < numbers.Length; index++)
        {
            numbers[index] = summary.WrittenBlocks[index].Value;
        }

        return numbers;
    }
}
