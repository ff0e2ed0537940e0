// The log of a volume with a journal. A commit writes the transaction's blocks to the journal, flushes, writes the
// commit record, flushes again. Committed blocks are brought to their places later, oldest transaction first, and only
// after they are durable there does the journal's superblock say that the log starts further on; only after that is
// their room in the journal used again.
//
// A block that a later committed transaction changed or freed is not written for the earlier one: so nothing older ever
// goes over what is newer, or over what another file has there by then.
//
//     journal   ...| oldest committed |  ...  | newest committed | head: the next to commit |  room  |...
//                  ^ start in the superblock
//
// Room: a transaction takes, when it begins, all that it may need in the journal; so a commit waits for nothing. What
// I/O ends need is kept apart, so that they do not wait for room either, unless even that is used up.
//
// Locks: as TransactionLog; what is committed belongs to the thread.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Jbd2.Writing;

namespace Faultline.Jbd2.Transactions;

/// <summary>The log of a volume with a journal.</summary>
public sealed class JournaledLog : TransactionLog
{
    /// <summary>Fewest blocks a journal's log must have to be written.</summary>
    public const int LogBlockCountMin = 256;

    private const int CountLargest = 1 << 16;
    private const int PinnedCountMin = 1024;
    private const int BatchCount = 1024;

    private readonly IBlockDevice _device;
    private readonly JournalLocation _location;
    private readonly JournalSuperStore _store; // the thread's
    private readonly LogAppender _appender; // the thread's
    private readonly TransactionWriter _transactions; // the thread's
    private readonly BlockWriter _writer; // the thread's
    private readonly Queue<CommittedTransaction> _committed = new(); // the thread's; oldest first
    private readonly Dictionary<ulong, BlockVersion> _pending = []; // the thread's; newest committed, not in place
    private readonly int _logCount; // blocks of the log that are used
    private readonly int _countMax;
    private readonly int _pinnedMax;
    private TransactionId _nextCommit; // the thread's
    private int _pendingCount; // guarded by the latch: of _pending
    private int _room; // guarded by the latch: blocks of the log that nobody uses
    private int _runningRoom; // guarded by the latch: what the running transaction took
    private int _committingRoom; // guarded by the latch: what the committing one took
    private int _committedRoom; // guarded by the latch: what the committed ones have

    private JournaledLog(BufferCache buffers, IBlockDevice device, JournalLocation location,
        JournalSuperStore store, JournalSuperBlock super, LogOptions options)
        : base(buffers, super.Sequence, options)
    {
        _device = device;
        _location = location;
        _store = store;
        _nextCommit = super.Sequence;
        _appender = new LogAppender(location, super, super.FirstBlock);
        _transactions = new TransactionWriter(_appender, super);
        _writer = new BlockWriter(device, buffers.BlockSize);
        _pinnedMax = (int)Math.Clamp(options.PinnedBytesMax / buffers.BlockSize, PinnedCountMin, int.MaxValue / 4);
        _logCount = (int)Math.Min(super.LogBlockCount, int.MaxValue);
        _room = _logCount;
        _countMax = Math.Min(Math.Min(_room / 4, _pinnedMax / 4), CountLargest);
        SetCountMax(_countMax);
        StartThread();
    }

    /// <summary>Whether the journal has a device of its own.</summary>
    public bool IsExternal => !ReferenceEquals(_location.Device, _device);

    /// <summary>Opens a journal for writing. An error that it tells of is forgotten: the caller has noted it on the
    /// volume.</summary>
    /// <param name="buffers">The volume's blocks.</param>
    /// <param name="device">The volume's device.</param>
    /// <param name="location">Where the journal lies; on the same device object unless it is external.</param>
    /// <param name="wants">What the volume wants of it.</param>
    /// <param name="options">How the log behaves.</param>
    /// <returns>The log.</returns>
    /// <errors>EUCLEAN the journal is damaged, or has a log that was not replayed; EOPNOTSUPP an unknown feature, or
    /// too few blocks. FsException: the device's.</errors>
    public static Result<JournaledLog> Open(BufferCache buffers, IBlockDevice device, JournalLocation location,
        JournalWants wants, LogOptions options)
    {
        JournalSuperStore store = JournalSuperStore.Read(location);
        Result<JournalSuperBlock> read = store.Parse();
        if (!read.TryGet(out JournalSuperBlock? super, out FsError error))
        {
            return error;
        }

        if (super.IsDirty)
        {
            return Jbd2Reasons.NeedsRecovery.With($"it starts at block {super.Start}");
        }

        if (super.LogBlockCount < LogBlockCountMin)
        {
            return Jbd2Reasons.LogSmall.With($"{super.LogBlockCount} blocks of at least {LogBlockCountMin}");
        }

        if (super.ErrorNumber != 0)
        {
            store.WriteError(Errno.OK);
            location.Device.Flush();
        }

        store.Adapt(wants with { Is64Bit = wants.Is64Bit || (buffers.BlockCount > uint.MaxValue) });
        Result<JournalSuperBlock> adapted = store.Parse();
        return adapted.TryGet(out super, out error)
            ? new JournaledLog(buffers, device, location, store, super, options)
            : error;
    }

    /// <inheritdoc/>
    private protected override bool TryTakeRoom(int countMax, HandleKind kind)
    {
        int needed = _transactions.LogBlocksFor(countMax);
        int kept = kind == HandleKind.IoEnd ? 0 : _transactions.LogBlocksFor((_countMax / 4) + SealCredits);
        bool isPinnedFull = (kind != HandleKind.IoEnd) && (_pendingCount + (2 * _countMax) > _pinnedMax);
        if (isPinnedFull || (_room - needed < kept))
        {
            return false;
        }

        _room -= needed;
        _runningRoom += needed;
        return true;
    }

    /// <inheritdoc/>
    private protected override void MoveRoom()
    {
        _committingRoom = _runningRoom;
        _runningRoom = 0;
    }

    /// <inheritdoc/>
    private protected override void ReturnRoom()
    {
        _room += _runningRoom;
        _runningRoom = 0;
    }

    /// <inheritdoc/>
    private protected override bool WantsRoom()
    {
        return (_committedRoom > _logCount / 4) || (_pendingCount > _pinnedMax / 4);
    }

    /// <inheritdoc/>
    private protected override void Write(LogTransaction transaction, BlockVersion[] versions)
    {
        Check.That(transaction.Id == _nextCommit);
        uint first = _appender.Head;
        ulong written = _appender.WrittenCount;
        if (_store.IsEmpty)
        {
            // Durable with the flush before the commit record; until then there is nothing to replay at this place.
            _store.WriteTail(first, transaction.Id);
        }

        _transactions.WriteBlocks(transaction.Id, versions, transaction.Revoked);
        if (IsExternal && transaction.DependsOnData)
        {
            FlushData();
        }

        FlushJournal();
        ThrowIfAborted();
        _transactions.WriteCommit(transaction.Id, Options.Clock.Now);
        FlushJournal();
        _nextCommit = transaction.Id.Next();
        int used = (int)(_appender.WrittenCount - written);
        _committed.Enqueue(new CommittedTransaction(transaction.Id, first, used, versions));
        Supersede(transaction, versions);
        using (Latch.Acquire())
        {
            Check.That(used <= _committingRoom);
            _room += _committingRoom - used;
            _committingRoom = 0;
            _committedRoom += used;
            CheckRoom();
            _pendingCount = _pending.Count;
        }
    }

    /// <inheritdoc/>
    private protected override void MakeRoom() => Advance(BatchCount);

    /// <inheritdoc/>
    private protected override void Empty()
    {
        while (_committed.Count > 0)
        {
            Advance(int.MaxValue);
        }

        if (!_store.IsEmpty)
        {
            ThrowIfAborted();
            _store.WriteTail(0, _nextCommit);
            FlushJournal();
        }
    }

    /// <inheritdoc/>
    private protected override void OnAborted(in FsError error)
    {
        try
        {
            _store.WriteError(error.Errno);
            FlushJournal();
        }
        catch (FsException)
        {
            // OK: because the mark is a courtesy, and the error that it would tell of is told already.
        }
    }

    /// <inheritdoc/>
    private protected override void FlushDevice() => _device.Flush();

    // Under the latch: every block of the log is somebody's, or nobody's.
    private void CheckRoom() =>
        Check.That(_room + _runningRoom + _committingRoom + _committedRoom == _logCount);

    private void FlushJournal()
    {
        if (IsExternal)
        {
            _location.Device.Flush();
        }
        else
        {
            FlushData();
        }
    }

    // What this transaction changed or freed is not to be written for an earlier one any more.
    private void Supersede(LogTransaction transaction, BlockVersion[] versions)
    {
        foreach (ulong block in transaction.Revoked)
        {
            if (_pending.Remove(block, out BlockVersion? freed))
            {
                Buffers.Release(freed);
            }
        }

        foreach (BlockVersion version in versions)
        {
            if (_pending.Remove(version.Block.Value, out BlockVersion? older))
            {
                Buffers.Release(older);
            }

            _pending.Add(version.Block.Value, version);
        }
    }

    // Writes blocks to their places, and moves the start of the log past the transactions that are there entirely.
    private void Advance(int batchCount)
    {
        int left = batchCount;
        int doneCount = 0;
        foreach (CommittedTransaction committed in _committed)
        {
            left -= WriteToPlace(committed, left);
            if (committed.WrittenCount < committed.Versions.Length)
            {
                break;
            }

            doneCount++;
        }

        if (doneCount == 0)
        {
            return;
        }

        FlushData();
        int freed = 0;
        for (int index = 0; index < doneCount; index++)
        {
            CommittedTransaction committed = _committed.Dequeue();
            freed += committed.BlockCount;
            ReleaseInPlace(committed);
        }

        bool isMore = _committed.TryPeek(out CommittedTransaction? oldest);
        ThrowIfAborted();
        _store.WriteTail(isMore ? oldest!.FirstBlock : _appender.Head, isMore ? oldest!.Id : _nextCommit);
        FlushJournal();
        using (Latch.Acquire())
        {
            _room += freed;
            _committedRoom -= freed;
            _pendingCount = _pending.Count;
            CheckRoom();
        }
    }

    private int WriteToPlace(CommittedTransaction committed, int countMax)
    {
        int end = (int)Math.Min((long)committed.WrittenCount + countMax, committed.Versions.Length);
        List<BlockVersion> batch = [];
        for (int index = committed.WrittenCount; index < end; index++)
        {
            if (committed.Versions[index].Owner is not null)
            {
                batch.Add(committed.Versions[index]);
            }
        }

        ThrowIfAborted();
        _writer.Write(batch.ToArray());
        int count = end - committed.WrittenCount;
        committed.WrittenCount = end;
        return count;
    }

    private void ReleaseInPlace(CommittedTransaction committed)
    {
        foreach (BlockVersion version in committed.Versions)
        {
            if (version.Owner is not null)
            {
                Check.That(_pending.Remove(version.Block.Value));
                Buffers.Release(version);
            }
        }
    }
}
