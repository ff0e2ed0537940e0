// Goal: what our log writes, the real tools and the kernel read and recover, in every form a journal can have.
// Method: an image of mke2fs, our log on its journal, the device as it is when the power goes, recovery by the tools.

using System;
using System.Linq;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;
using Faultline.Jbd2.Recovery;
using Faultline.Jbd2.Transactions;
using Faultline.Jbd2.Writing;

namespace Faultline.Jbd2.Tests;

public sealed class JournaledLogTests
{
    private const string Version2 = "jo -c -v 2";

    // Features, journal size in MiB, block size, prepared by, wants 64 bits, wants checksums, commit checksums.
    public static TheoryData<string, int, string, bool, bool, bool> Forms => new()
    {
        { "^metadata_csum,^64bit", 1024, "", false, false, false },
        { "^metadata_csum,64bit", 1024, "", true, false, false },
        { "^metadata_csum,^64bit", 1024, "", false, false, true },
        { "metadata_csum,^64bit", 1024, Version2, false, true, false },
        { "metadata_csum,64bit", 1024, Version2, true, true, false },
        { "metadata_csum,^64bit", 1024, "", false, true, false },
        { "metadata_csum,64bit", 1024, "", true, true, false },
        { "metadata_csum,64bit", 4096, "", true, true, false },
        { "^metadata_csum,^64bit", 4096, "", false, false, false },
    };

    internal static JournaledLog Open(LogImage image, BufferCache buffers, IBlockDevice device,
        JournalWants wants, int intervalMs = 600_000) => JournaledLog.Open(
            buffers, device, image.Locate(device), wants, new LogOptions { CommitIntervalMs = intervalMs }).OrThrow();

    [Theory]
    [MemberData(nameof(Forms))]
    public void ALogThatWrapsAround_IsRecoveredByTheTools(
        string features, int blockSize, string prepare, bool is64Bit, bool hasChecksums, bool hasCommitChecksums)
    {
        using LogImage image = new(features, blockSize, journalMiB: blockSize / 1024, Prepare(prepare));
        if (hasCommitChecksums)
        {
            image.PatchSuper(static bytes => Disk.Overlay<JournalSuperBlockDisk>(bytes).FeatureCompat = 1);
        }

        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, blockSize, 1 << 20);
        ulong[] expected = new ulong[LogImage.TargetCount];
        int wrappedCount = 0;
        using JournaledLog log = Open(image, buffers, device, new JournalWants(is64Bit, hasChecksums));
        for (int round = 1; round <= 40; round += 2)
        {
            // Two rounds are less than what makes the log checkpoint by itself.
            log.Checkpoint().ThrowIfError();
            _ = Round(image, log, buffers, expected, round);
            TransactionId last = Round(image, log, buffers, expected, round + 1);
            Assert.NotEqual(expected, image.Values(device));
            MemoryDevice crashed = MemoryDevice.Of(Bytes(device, image));
            MemoryDevice own = MemoryDevice.Of(Bytes(device, image));
            JournalSuperBlock super = JournalSuperStore.Read(image.Locate(own)).Parse().OrThrow();
            RecoverySummary summary = JournalRecovery.ReplayInPlace(image.Locate(own), super, own);
            Assert.Equal(last.Next(), summary.NextSequence);
            Assert.Equal(expected, image.Values(own));
            JournalSuperBlock after = JournalSuperStore.Read(image.Locate(own)).Parse().OrThrow();
            Assert.False(after.IsDirty);
            Assert.Equal(summary.NextSequence.Next(), after.Sequence);
            bool hasWrapped = summary.StopBlock < super.Start;
            if (hasWrapped || (round == 1))
            {
                wrappedCount += hasWrapped ? 1 : 0;
                Assert.Contains($"commit block: {last}", CommitLines(image.Dump(crashed)), StringComparison.Ordinal);
                Assert.Equal(expected, image.Values(image.RecoverByTool(crashed)));
            }
        }

        Assert.InRange(wrappedCount, 2, 10);
    }

    [Theory]
    [InlineData("^metadata_csum,^64bit", 1024, false)]
    [InlineData("metadata_csum,64bit", 1024, true)]
    [InlineData("metadata_csum,64bit", 4096, true)]
    public void ALog_IsRecoveredByTheKernel(string features, int blockSize, bool hasChecksums)
    {
        using LogImage image = new(features, blockSize, journalMiB: blockSize / 1024);
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, blockSize, 1 << 20);
        ulong[] expected = new ulong[LogImage.TargetCount];
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(hasChecksums, hasChecksums)))
        {
            for (int round = 1; round <= 20; round++)
            {
                _ = Round(image, log, buffers, expected, round);
            }

            log.Checkpoint().ThrowIfError();
            _ = Round(image, log, buffers, expected, 21);
            _ = Round(image, log, buffers, expected, 22);
        }

        Assert.NotEqual(expected, image.Values(device));
        Assert.Equal(expected, image.Values(image.RecoverByKernel(device)));
    }

    [Fact]
    public void ACheckpoint_LeavesTheJournalEmptyAndEveryBlockInPlace()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        ulong[] expected = new ulong[LogImage.TargetCount];
        using JournaledLog log = Open(image, buffers, device, new JournalWants(true, true));
        for (int round = 1; round <= 10; round++)
        {
            _ = Round(image, log, buffers, expected, round);
        }

        log.Checkpoint().ThrowIfError();
        Assert.Equal(expected, image.Values(device));
        Assert.Equal(0, buffers.PinnedCount);
        JournalSuperBlock super = JournalSuperStore.Read(image.Locate(device)).Parse().OrThrow();
        Assert.False(super.IsDirty);
        Assert.Equal(log.Running, super.Sequence);
        _ = Round(image, log, buffers, expected, 11);
        Assert.Equal(expected, image.Values(image.RecoverByTool(device)));
    }

    /// <summary>Goal: blocks freed in a committed transaction and used for data are left alone by checkpoints and by
    /// recovery.</summary>
    [Fact]
    public void FreedBlocks_AreNeverWrittenOverTheirNextOwner()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        byte[] data = new byte[1024];
        data.AsSpan().Fill(0xDA);
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(true, true)))
        {
            Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 1));
            Change(image, log, buffers, handle => handle.Forget(new BlockNumber(image.Targets[5])));
            device.Write(image.Targets[5] * 1024L, data);
            Change(image, log, buffers, handle => image.Set(handle, buffers, 6, 1));
            byte[] crashed = Bytes(device, image);
            log.Checkpoint().ThrowIfError();
            Assert.Equal(data, Read(device, image.Targets[5]));
            device.Write(0, crashed);
        }

        Assert.Equal(data, Read(image.RecoverByTool(device), image.Targets[5]));
    }

    [Fact]
    public void RevokedAndChangedAgain_IsReplayed()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(true, true)))
        {
            Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 1));
            Change(image, log, buffers, handle =>
            {
                handle.Forget(new BlockNumber(image.Targets[5]));
                image.Make(handle, 5, 2);
            });
            Change(image, log, buffers, handle => handle.Forget(new BlockNumber(image.Targets[6])));
            Change(image, log, buffers, handle => image.Make(handle, 6, 4));
            buffers.CheckInvariants();
        }

        ulong[] values = image.Values(image.RecoverByTool(device));
        Assert.Equal((2UL, 4UL), (values[5], values[6]));
    }

    [Fact]
    public void ADirtyJournal_IsRefused()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(true, true)))
        {
            Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 1));
        }

        Result<JournaledLog> opened = JournaledLog.Open(
            buffers, device, image.Locate(device), new JournalWants(true, true), new LogOptions());
        Assert.Same(Jbd2Reasons.NeedsRecovery, opened.Error.Reason);
    }

    [Fact]
    public void ATinyJournal_IsRefused()
    {
        using LogImage image = new("^metadata_csum,64bit");
        image.PatchSuper(static bytes => Disk.Overlay<JournalSuperBlockDisk>(bytes).BlockCount = 200);
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        Result<JournaledLog> opened = JournaledLog.Open(
            buffers, device, image.Locate(device), new JournalWants(true, false), new LogOptions());
        Assert.Same(Jbd2Reasons.LogSmall, opened.Error.Reason);
    }

    [Fact]
    public void AJournalOfVersion1_BecomesVersion2()
    {
        using LogImage image = new("^metadata_csum,^64bit");
        image.PatchSuper(static bytes =>
        {
            Disk.Overlay<JournalSuperBlockDisk>(bytes).Header.BlockType = (uint)JournalBlockType.SuperBlockV1;
            bytes.AsSpan(0x24).Fill(0xEE);
        });
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        ulong[] expected = new ulong[LogImage.TargetCount];
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(false, false)))
        {
            _ = Round(image, log, buffers, expected, 2);
        }

        Assert.Equal(2, JournalSuperStore.Read(image.Locate(device)).Parse().OrThrow().Version);
        Assert.Equal(expected, image.Values(image.RecoverByTool(device)));
    }

    [Fact]
    public void AnAbort_LeavesItsErrorInTheJournal()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        using (JournaledLog log = Open(image, buffers, device, new JournalWants(true, true)))
        {
            Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 1));
            TransactionId id;
            using (MetadataHandle handle = log.Start(1).OrThrow())
            {
                image.Set(handle, buffers, 5, 2);
                log.Abort(LogVolume.Bad);
                id = handle.Transaction;
            }

            Assert.Same(LogVolume.Bad, log.WaitDurable(id, needsFlush: true).Error.Reason);
            Assert.Same(LogVolume.Bad, log.Checkpoint().Error.Reason);
            Assert.Same(Jbd2Reasons.Aborted, log.Start(1).Error.Reason);
            for (int turn = 0; (ErrorOf(image, device) == 0) && (turn < 1000); turn++)
            {
                SystemClock.Instance.Delay(5);
            }
        }

        Assert.Equal(-(int)LogVolume.Bad.Errno, ErrorOf(image, device));
        Assert.Equal(1UL, image.Values(image.RecoverByTool(device))[5]);
    }

    /// <summary>Goal: nothing dirty costs no flush, something dirty ends in one.</summary>
    [Fact]
    public void Flushes_AreThoseNeeded()
    {
        using LogImage image = new("metadata_csum,64bit");
        RecordingDevice device = new(MemoryDevice.Of(image.Initial));
        BufferCache buffers = new(device, 1024, 1 << 20);
        using JournaledLog log = Open(image, buffers, device, new JournalWants(true, true));
        TransactionId first = Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 1));
        Assert.Equal(2, device.Epoch);
        // The superblock, descriptor and block in one or two pieces of the journal; then the commit record.
        Assert.All(device.Writes.SkipLast(1), static write => Assert.Equal(0, write.Epoch));
        Assert.Equal(1, device.Writes[^1].Epoch);
        Assert.InRange(device.Writes.Count, 3, 4);
        log.WaitDurable(first, needsFlush: false).ThrowIfError();
        Assert.Equal(2, device.Epoch);
        log.WaitDurable(first, needsFlush: true).ThrowIfError();
        Assert.Equal(3, device.Epoch);
        TransactionId second;
        using (MetadataHandle handle = log.Start(1).OrThrow())
        {
            image.Set(handle, buffers, 5, 2);
            second = handle.Transaction;
        }

        log.WaitDurable(second, needsFlush: true).ThrowIfError();
        Assert.Equal(5, device.Epoch);
    }

    [Fact]
    public void WithoutHandles_NoneIsOpen()
    {
        using LogImage image = new("metadata_csum,64bit");
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        BufferCache buffers = new(device, 1024, 1 << 20);
        using JournaledLog log = Open(image, buffers, device, new JournalWants(true, true));
        using TaskJoiner workers = new(3, worker =>
        {
            for (ulong round = 1; round < 100; round++)
            {
                using MetadataHandle handle = log.Start(1).OrThrow();
                image.Set(handle, buffers, worker, round);
            }
        });
        for (int round = 0; round < 20; round++)
        {
            log.WithoutHandles(() =>
            {
                log.Checkpoint().ThrowIfError();
                Assert.Equal(0, buffers.PinnedCount);
                return Result.Ok;
            }).ThrowIfError();
        }
    }

    internal static TransactionId Change(
        LogImage image, MetadataLog log, BufferCache buffers, Action<MetadataHandle> body)
    {
        _ = image;
        _ = buffers;
        TransactionId id;
        using (MetadataHandle handle = log.Start(8).OrThrow())
        {
            body(handle);
            id = handle.Transaction;
        }

        log.WaitDurable(id, needsFlush: false).ThrowIfError();
        return id;
    }

    // A committed transaction that changes many blocks, and frees and makes some.
    private static TransactionId Round(
        LogImage image, JournaledLog log, BufferCache buffers, ulong[] expected, int round)
    {
        Prng random = new((ulong)round);
        TransactionId id;
        using (MetadataHandle handle = log.Start(150).OrThrow())
        {
            for (int index = 0; index < 100; index++)
            {
                int target = (int)random.Below(LogImage.TargetCount);
                expected[target] = (ulong)round;
                if (random.Below(4) == 0)
                {
                    handle.Forget(new BlockNumber(image.Targets[target]));
                    image.Make(handle, target, (ulong)round);
                }
                else
                {
                    image.Set(handle, buffers, target, (ulong)round);
                }
            }

            id = handle.Transaction;
        }

        log.WaitDurable(id, needsFlush: false).ThrowIfError();
        return id;
    }

    private static string[] Prepare(string open) => open.Length == 0 ? [] : [open, "jc"];

    private static string CommitLines(string dump) => string.Join('\n', dump.Split('\n')
        .Where(static line => line.Contains("commit block", StringComparison.Ordinal))
        .Select(static line => line.Replace("Found expected sequence ", "commit block: ", StringComparison.Ordinal)));

    private static int ErrorOf(LogImage image, MemoryDevice device) =>
        JournalSuperStore.Read(image.Locate(device)).Parse().OrThrow().ErrorNumber;

    private static byte[] Bytes(MemoryDevice device, LogImage image)
    {
        byte[] bytes = new byte[image.Initial.Length];
        device.Read(0, bytes);
        return bytes;
    }

    private static byte[] Read(MemoryDevice device, uint block)
    {
        byte[] bytes = new byte[1024];
        device.Read(block * 1024L, bytes);
        return bytes;
    }
}
