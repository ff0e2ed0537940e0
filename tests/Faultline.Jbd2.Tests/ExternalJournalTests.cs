// Goal: a journal on a device of its own is written, recovered by us and by e2fsck; what a commit depends on is flushed
// on the volume's device first.

using System;
using System.IO;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Recovery;
using Faultline.Jbd2.Transactions;
using Faultline.Jbd2.Writing;

namespace Faultline.Jbd2.Tests;

public sealed class ExternalJournalTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(1024, 2u)]
    [InlineData(4096, 1u)]
    public void ALogOnItsOwnDevice_IsRecovered(int blockSize, uint superBlock)
    {
        using LogImage image = LogImage.WithExternalJournal("metadata_csum,64bit", blockSize, _path);
        MemoryDevice device = MemoryDevice.Of(image.Initial);
        RecordingDevice recording = new(device);
        MemoryDevice journal = MemoryDevice.Of(File.ReadAllBytes(_path));
        BufferCache buffers = new(recording, blockSize, 1 << 20);
        JournalLocation location = Locate(journal, blockSize, superBlock);
        LogOptions options = new() { CommitIntervalMs = 600_000 };
        using (JournaledLog log =
            JournaledLog.Open(buffers, recording, location, new JournalWants(true, true), options).OrThrow())
        {
            Assert.True(log.IsExternal);
            _ = JournaledLogTests.Change(image, log, buffers, handle => image.Set(handle, buffers, 3, 30));
            Assert.Equal(0, recording.Epoch);
            _ = JournaledLogTests.Change(image, log, buffers, handle =>
            {
                image.Set(handle, buffers, 4, 40);
                handle.DependsOnData();
            });
            Assert.Equal(1, recording.Epoch);
            TransactionId last =
                JournaledLogTests.Change(image, log, buffers, handle => image.Set(handle, buffers, 5, 50));
            log.WaitDurable(last, needsFlush: true).ThrowIfError();
            Assert.Equal(2, recording.Epoch);
            Assert.Empty(recording.Writes);
        }

        File.WriteAllBytes(_path, Bytes(journal));
        ulong[] expected = image.Values(image.RecoverByTool(device));
        Assert.Equal((30UL, 40UL, 50UL), (expected[3], expected[4], expected[5]));
        JournalSuperBlock super = JournalSuperStore.Read(location).Parse().OrThrow();
        Assert.Equal(3, JournalRecovery.ReplayInPlace(location, super, device).TransactionCount);
        Assert.Equal(expected, image.Values(device));
        Assert.False(JournalSuperStore.Read(location).Parse().OrThrow().IsDirty);
    }

    private static JournalLocation Locate(IBlockDevice journal, int blockSize, uint superBlock) => new(
        journal, blockSize, [new JournalExtent(0, 0, (uint)(journal.SizeBytes / blockSize))], superBlock);

    private static byte[] Bytes(MemoryDevice device)
    {
        byte[] bytes = new byte[device.SizeBytes];
        device.Read(0, bytes);
        return bytes;
    }
}
