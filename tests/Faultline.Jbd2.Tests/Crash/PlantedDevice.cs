// A device that makes one mistake for the log above it: it loses a certain flush, or blanks revocations.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Tests.Crash;

internal sealed class PlantedDevice(RecordingDevice inner, Planted planted, IEnumerable<uint> journal, int blockSize)
    : BlockDevice("planted", isReadOnly: false)
{
    private readonly HashSet<long> _journal = [.. ToLongs(journal)];
    private int _lastWrite; // volatile: which flush (Planted) follows what was written last

    public override long SizeBytes => inner.SizeBytes;

    public override void Flush()
    {
        bool isLost = (planted != Planted.None) && (Volatile.Read(ref _lastWrite) == (int)planted);
        Volatile.Write(ref _lastWrite, (int)Planted.None);
        if (!isLost)
        {
            inner.Flush();
        }
    }

    protected override void ReadChecked(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        byte[] bytes = buffer.ToArray();
        bool isJournal = _journal.Contains(offset / blockSize);
        JournalBlockType type = isJournal ? TypeOf(bytes) : 0;
        Volatile.Write(ref _lastWrite, (int)(type switch
        {
            JournalBlockType.Commit => Planted.NoFlushAfterCommit,
            JournalBlockType.SuperBlockV2 => (Planted)Volatile.Read(ref _lastWrite),
            _ when isJournal => Planted.NoFlushBeforeCommit,
            _ => Planted.NoFlushBeforeTail,
        }));
        for (int at = 0; isJournal && (planted == Planted.NoRevoke) && (at < bytes.Length); at += blockSize)
        {
            Span<byte> block = bytes.AsSpan(at, Math.Min(blockSize, bytes.Length - at));
            if (TypeOf(block) == JournalBlockType.Revoke)
            {
                Disk.Overlay<RevokeHeaderDisk>(block).UsedBytes = RevokeHeaderDisk.SizeBytes;
            }
        }

        inner.Write(offset, bytes, flags);
    }

    protected override void DiscardChecked(long offset, long length) => inner.Discard(offset, length);

    protected override void WriteZeroesChecked(long offset, long length) => inner.WriteZeroes(offset, length);

    private static JournalBlockType TypeOf(ReadOnlySpan<byte> block)
    {
        JournalBlockHeaderDisk header = Disk.View<JournalBlockHeaderDisk>(block);
        return header.Magic == JournalBlockHeaderDisk.ExpectedMagic ? (JournalBlockType)header.BlockType.Value : 0;
    }

    private static IEnumerable<long> ToLongs(IEnumerable<uint> blocks)
    {
        foreach (uint block in blocks)
        {
            yield return block;
        }
    }
}
