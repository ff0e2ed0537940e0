// A workload that was run once, with the trace of its devices.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.Vfs;

namespace Faultline.Lab.Crash;

/// <summary>A workload that was run once.</summary>
/// <param name="Setup">The kind of volume.</param>
/// <param name="Seed">Decided the operations.</param>
/// <param name="Volume">The bytes before it.</param>
/// <param name="Events">What the devices did.</param>
/// <param name="Model">What it did.</param>
/// <param name="Counts">Its operations.</param>
internal sealed record CrashRecording(
    CrashSetup Setup,
    ulong Seed,
    CrashVolume Volume,
    IReadOnlyList<TraceEvent> Events,
    CrashModel Model,
    IReadOnlyDictionary<string, int> Counts)
{
    private const uint JournalMagic = 0xC03B_3998;
    private const uint CommitBlock = 2;
    private const int NoDevice = -1;
    private const int UnitsMax = 20_000;

    /// <summary>Runs a workload.</summary>
    /// <param name="setup">The kind of volume.</param>
    /// <param name="volume">An empty one.</param>
    /// <param name="seed">Decides the operations.</param>
    /// <param name="operations">How many.</param>
    /// <param name="plant">A mistake made on purpose.</param>
    /// <returns>What was recorded.</returns>
    internal static CrashRecording Run(
        CrashSetup setup, CrashVolume volume, ulong seed, int operations, CrashPlant plant)
    {
        CrashTrace trace = new();
        using MemoryDevice inner = MemoryDevice.Of(volume.Volume);
        using TraceDevice device = new(inner, trace, 0);
        using MemoryDevice? innerJournal = volume.Journal is null ? null : MemoryDevice.Of(volume.Journal);
        using TraceDevice? journal = innerJournal is null ? null : new TraceDevice(innerJournal, trace, 1);
        using FolioPool pool = CrashMount.NewPool();
        CrashWorkload workload;
        using (SuperBlock mounted = CrashMount.Open(device, journal, pool).OrThrow())
        {
            workload = new CrashWorkload(mounted, trace, setup, seed);
            workload.Run(operations);
        }

        return new CrashRecording(
            setup, seed, volume, Spoil(trace.Events, plant), workload.Model, workload.Counts);
    }

    // A flush that is left out stays in the trace as one of no device, so that windows keep their numbers.
    private static TraceEvent[] Spoil(IReadOnlyList<TraceEvent> events, CrashPlant plant)
    {
        TraceEvent[] spoiled = [.. events];
        for (int index = 0; index + 1 < spoiled.Length; index++)
        {
            bool isBefore = spoiled[index].Kind == TraceKind.Flush && IsCommit(spoiled[index + 1]);
            if (plant == CrashPlant.NoFlushBeforeCommit && isBefore)
            {
                spoiled[index] = spoiled[index] with { Device = NoDevice };
            }
        }

        if (plant == CrashPlant.MapBeforeData)
        {
            DelayData(spoiled);
        }

        return spoiled;
    }

    // Data reach the device only after the commit record that leads to them.
    private static void DelayData(TraceEvent[] events)
    {
        for (int index = events.Length - 2; index >= 0; index--)
        {
            if (!IsData(events[index]))
            {
                continue;
            }

            for (int at = index; at + 1 < events.Length && !IsCommit(events[at]); at++)
            {
                (events[at], events[at + 1]) = (events[at + 1], events[at]);
            }
        }
    }

    private static bool IsCommit(TraceEvent happened) => happened.Kind == TraceKind.Write
        && happened.Data.Length >= 8
        && BinaryPrimitives.ReadUInt32BigEndian(happened.Data) == JournalMagic
        && BinaryPrimitives.ReadUInt32BigEndian(happened.Data.AsSpan(4)) == CommitBlock;

    private static bool IsData(TraceEvent happened) => happened.Kind == TraceKind.Write
        && happened.Data.Length >= FileHistory.UnitBytes
        && FileHistory.FileOf(happened.Data) is > 0 and < 200
        && BinaryPrimitives.ReadUInt16LittleEndian(happened.Data.AsSpan(2)) > 0
        && BinaryPrimitives.ReadUInt32LittleEndian(happened.Data.AsSpan(4)) < UnitsMax;
}
