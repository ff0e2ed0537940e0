// Runs a log on a recorded device, then looks at every crash: after each write, with any part of what was in flight.
// The replay must leave the state of some committed prefix, at least of what was waited for.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Recovery;
using Faultline.Jbd2.Transactions;
using Faultline.Jbd2.Writing;
using Faultline.Locking;

namespace Faultline.Jbd2.Tests.Crash;

internal sealed class CrashRun(LogImage image, ulong seed, Planted planted, JournalWants wants)
{
    private const int WorkerCount = 3;
    private const int RoundCount = 150;
    private const int PointsPerEpoch = 6;

    private readonly List<CrashWorker> _workers = [];
    private readonly Prng _random = new(seed + 1000);
    private RecordedWrite[] _writes = [];
    private int _epochCount;

    internal int CrashCount { get; private set; }

    internal int ToolCount { get; private set; }

    // Runs, and returns what is wrong, or null.
    internal string? Run(int toolEvery)
    {
        Work();
        MemoryDevice durable = MemoryDevice.Of(image.Initial);
        int first = 0;
        for (int epoch = 0; epoch < _epochCount; epoch++)
        {
            int end = first;
            while ((end < _writes.Length) && (_writes[end].Epoch == epoch))
            {
                end++;
            }

            for (int point = 0; point < Math.Min(PointsPerEpoch, end - first + 2); point++)
            {
                int issued = point == 0 ? end : first + (int)_random.Below(end - first + 1);
                string? wrong = Crash(durable, epoch, first, issued, point, toolEvery);
                if (wrong is not null)
                {
                    return $"seed {seed}, epoch {epoch}, writes {first}..{issued}, point {point}: {wrong}";
                }
            }

            for (; first < end; first++)
            {
                durable.Write(_writes[first].Offset, _writes[first].Data);
            }
        }

        return null;
    }

    private void Work()
    {
        RecordingDevice recording = new(MemoryDevice.Of(image.Initial));
        PlantedDevice device = new(recording, planted, image.Journal, image.BlockSize);
        BufferCache buffers = new(device, image.BlockSize, 64 * image.BlockSize);
        using (JournaledLog log = JournaledLogTests.Open(image, buffers, device, wants, intervalMs: 10))
        {
            for (int worker = 0; worker < WorkerCount; worker++)
            {
                int[] targets = [.. Enumerable.Range(0, LogImage.TargetCount)
                    .Where(target => (target % WorkerCount == worker) && (target < 90 * WorkerCount))];
                _workers.Add(new CrashWorker(image, recording, buffers, log, (seed * 16) + (ulong)worker,
                    targets));
            }

            TaskHandle[] tasks = [.. _workers.Select(
                static worker => Scheduler.Spawn("crash worker", () => worker.Run(RoundCount)))];
            foreach (TaskHandle task in tasks)
            {
                task.Join();
            }
        }

        buffers.CheckInvariants();
        _writes = [.. recording.Writes.OrderBy(static write => write.Epoch)];
        _epochCount = recording.Epoch + 1;
    }

    private string? Crash(MemoryDevice durable, int epoch, int first, int issued, int point, int toolEvery)
    {
        OverlayDevice device = new(durable, image.BlockSize);
        for (int index = first; index < issued; index++)
        {
            Persist(device, _writes[index], point);
        }

        CrashCount++;
        MemoryDevice? toTool = null;
        if (CrashCount % toolEvery == 0)
        {
            byte[] bytes = new byte[image.Initial.Length];
            device.Read(0, bytes);
            toTool = MemoryDevice.Of(bytes);
        }

        JournalSuperBlock super = JournalSuperStore.Read(image.Locate(device)).Parse().OrThrow();
        TransactionId last;
        try
        {
            RecoverySummary summary = JournalRecovery.ReplayInPlace(image.Locate(device), super, device);
            // OK: identities wrap.
            last = new TransactionId(unchecked(summary.NextSequence.Value - 1));
        }
        catch (FsException failure)
        {
            return failure.Message;
        }

        string? wrong = Judge(device, last, epoch, issued);
        if ((wrong is null) && (toTool is not null))
        {
            ToolCount++;
            wrong = Judge(image.RecoverByTool(toTool), last, epoch, issued);
            wrong = wrong is null ? null : $"after e2fsck: {wrong}";
        }

        return wrong;
    }

    // All of it, or some blocks of it.
    private void Persist(OverlayDevice device, RecordedWrite write, int point)
    {
        for (int at = 0; at < write.Data.Length; at += image.BlockSize)
        {
            int length = Math.Min(image.BlockSize, write.Data.Length - at);
            if ((point == 0) || (_random.Below(2) == 0))
            {
                device.Write(write.Offset + at, write.Data.AsSpan(at, length));
            }
        }
    }

    private string? Judge(IBlockDevice device, TransactionId last, int epoch, int issued)
    {
        byte[] block = new byte[image.BlockSize];
        byte[] expected = new byte[image.BlockSize];
        foreach (CrashWorker worker in _workers)
        {
            foreach (BlockEvent wait in worker.Waits)
            {
                bool isPast = (wait.Epoch <= epoch) && (wait.WriteCount <= issued);
                if (isPast && wait.Transaction.IsAfter(last))
                {
                    return $"transaction {wait.Transaction} was waited for, recovered up to {last}";
                }
            }

            foreach ((int target, List<BlockEvent> events) in worker.Events)
            {
                BlockEvent? wanted = Wanted(events, last, epoch, issued);
                if (wanted is not { Value: ulong value })
                {
                    continue;
                }

                device.Read((long)image.Targets[target] * image.BlockSize, block);
                LogImage.Fill(expected, target, value);
                if (!block.AsSpan().SequenceEqual(expected))
                {
                    ulong found = Disk.View<LeUInt64>(block, 8);
                    return $"recovered up to {last}: block {target} has {found}, expected {value}, "
                        + $"{(wanted.Value.IsData ? "data" : "metadata")}, of {wanted.Value.Transaction}";
                }
            }
        }

        return null;
    }

    // What the block must hold, or null when it may hold anything.
    private static BlockEvent? Wanted(List<BlockEvent> events, TransactionId last, int epoch, int issued)
    {
        BlockEvent? wanted = null;
        bool isUncertain = false;
        foreach (BlockEvent each in events)
        {
            if (each.IsData)
            {
                bool isDurable = (each.Epoch <= epoch) && (each.WriteCount <= issued);
                isUncertain = !isDurable;
                wanted = each;
            }
            else if (!each.Transaction.IsAfter(last))
            {
                isUncertain = false;
                wanted = each;
            }
        }

        return isUncertain ? null : wanted;
    }
}
