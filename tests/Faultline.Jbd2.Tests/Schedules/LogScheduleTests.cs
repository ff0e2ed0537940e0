// Goal: whatever the order in which starters, I/O ends, waiters, checkpoints, barriers, an abort and the log's thread
// run, none waits for ever, no wake-up is lost (no time passes), no lock order is broken, nothing is lost.
// Method: random schedules of the controlled scheduler over a journal that is full all the time.

using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;
using Faultline.Locking.Scheduling;
using Faultline.Locking.Validation;

namespace Faultline.Jbd2.Tests.Schedules;

public sealed class LogScheduleTests
{
    private const int IntervalMs = 1_000_000;
    private const int SeedCount = 120;

    private static readonly PseudoLock s_writeback = new(LockClasses.FolioWriteback.Key);

    public enum Ending
    {
        Orderly,
        Aborted,
        WriteError,
    }

    [Theory]
    [InlineData(false, Ending.Orderly)]
    [InlineData(false, Ending.Aborted)]
    [InlineData(false, Ending.WriteError)]
    [InlineData(true, Ending.Orderly)]
    [InlineData(true, Ending.Aborted)]
    public void EverySchedule_Ends(bool isEpochLog, Ending ending)
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        for (ulong seed = 0; seed < SeedCount; seed++)
        {
            try
            {
                new Bench(seed, isEpochLog, ending).Run();
            }
            catch (DeadlockException deadlock)
            {
                Assert.Fail($"seed {seed}: {deadlock.Message}");
            }
        }

        Assert.Empty(validator.Reports);
    }

    private sealed class Bench(ulong seed, bool isEpochLog, Ending ending)
    {
        private readonly Dictionary<ulong, ulong> _expected = [];
        private readonly MemoryDevice _memory = SmallJournal.NewDevice();
        private BufferCache _buffers = null!;
        private TransactionLog _log = null!;

        internal void Run()
        {
            ControlledScheduler scheduler = new(new SeededRandomStrategy(seed));
            scheduler.Run(("main", () => Main(scheduler)));
            Assert.True(scheduler.ClockMs < IntervalMs, $"seed {seed}: something waited for the timer");
            if (ending != Ending.Orderly)
            {
                return;
            }

            foreach ((ulong block, ulong value) in _expected)
            {
                Assert.Equal(value, LogVolume.OnDevice(_memory, block));
            }
        }

        private void Main(ControlledScheduler scheduler)
        {
            FaultyDevice device = new(_memory, ending == Ending.WriteError
                ? [new FaultRule(FaultKind.WriteError, skip: (int)(seed % 20))]
                : []);
            _buffers = new BufferCache(device, SmallJournal.BlockSize, 16 * 1024);
            LogOptions options = new()
            {
                CommitIntervalMs = IntervalMs,
                PinnedBytesMax = 1,
                Clock = new VirtualClock(scheduler),
            };
            _log = isEpochLog
                ? new EpochLog(_buffers, device, options)
                : JournaledLog.Open(
                    _buffers, device, SmallJournal.Locate(device), default, options).OrThrow();
            List<TaskHandle> tasks =
            [
                Scheduler.Spawn("starter", () => Change(0, HandleKind.Normal, doesWait: false)),
                Scheduler.Spawn("starter 2", () => Change(100, HandleKind.Normal, doesWait: false)),
                Scheduler.Spawn("I/O end", () => Change(200, HandleKind.IoEnd, doesWait: false)),
                Scheduler.Spawn("waiter", () => Change(300, HandleKind.Normal, doesWait: true)),
                Scheduler.Spawn("checkpoint", Checkpoint),
            ];
            if (ending == Ending.Aborted)
            {
                tasks.Add(Scheduler.Spawn("abort", () => _log.Abort(LogVolume.Bad)));
            }

            foreach (TaskHandle task in tasks)
            {
                task.Join();
            }

            Result emptied = _log.Checkpoint();
            Assert.Equal(emptied.IsOk, !_log.AbortError.HasValue);
            Assert.True(emptied.IsOk || (ending != Ending.Orderly));
            _log.Dispose();
            _buffers.CheckInvariants();
        }

        private void Change(ulong firstBlock, HandleKind kind, bool doesWait)
        {
            Prng random = new(seed + firstBlock);
            for (ulong round = 1; round <= 8; round++)
            {
                if (kind != HandleKind.IoEnd)
                {
                    if (!ChangeOnce(random, firstBlock, round, kind, doesWait))
                    {
                        return;
                    }

                    continue;
                }

                // Who ends I/O keeps others waiting for the folio.
                using PseudoGuard ending = s_writeback.Hold(LockMode.Exclusive);
                if (!ChangeOnce(random, firstBlock, round, kind, doesWait))
                {
                    return;
                }
            }
        }

        private bool ChangeOnce(Prng random, ulong firstBlock, ulong round, HandleKind kind, bool doesWait)
        {
            Result<MetadataHandle> started = _log.Start(12, kind);
            if (!started.TryGet(out MetadataHandle? handle, out FsError error))
            {
                Assert.Equal(Errno.EROFS, error.Errno);
                return false;
            }

            TransactionId id;
            using (handle)
            {
                for (int index = 0; index < 10; index++)
                {
                    Set(handle, firstBlock + (ulong)random.Below(60), round);
                    if ((index == 4) && !handle.TryExtend(14) && !handle.Restart(12).IsOk)
                    {
                        return false;
                    }

                    Scheduler.Yield();
                }

                id = handle.Transaction;
            }

            return !doesWait || _log.WaitDurable(id, needsFlush: true).IsOk;
        }

        private void Set(MetadataHandle handle, ulong block, ulong value)
        {
            LogVolume.Set(handle, _buffers, block, value);
            _expected[block] = value; // one task at a time runs
        }

        private void Checkpoint()
        {
            for (int round = 0; round < 2; round++)
            {
                if (!_log.WithoutHandles(_log.Checkpoint).IsOk)
                {
                    return;
                }

                _log.RequestCommit(_log.Running);
                Scheduler.Yield();
            }
        }
    }
}
