// The writes in flight in one window over the durable bytes, and the states made of them. One thread.

using System;
using System.Collections.Generic;

namespace Faultline.Lab.Crash;

/// <summary>The writes in flight in one window.</summary>
internal sealed class CrashWindow
{
    private readonly IReadOnlyList<TraceEvent> _inFlight;
    private readonly CrashImage[] _images;
    private readonly ulong[][] _changes;
    private readonly bool _overlaps;

    internal CrashWindow(IReadOnlyList<TraceEvent> inFlight, CrashImage[] images)
    {
        _inFlight = inFlight;
        _images = images;
        _changes = new ulong[inFlight.Count][];
        HashSet<(int Device, long Offset)> seen = [];
        for (int index = 0; index < inFlight.Count; index++)
        {
            TraceEvent write = inFlight[index];
            _changes[index] = new ulong[write.Data.Length / CrashImage.SectorBytes];
            for (int sector = 0; sector < _changes[index].Length; sector++)
            {
                long offset = write.Offset + (sector * CrashImage.SectorBytes);
                _changes[index][sector] = images[write.Device].Change(offset, Sector(write, sector));
                _overlaps |= !seen.Add((write.Device, offset));
            }
        }
    }

    /// <summary>A hash of all bytes of a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>The hash.</returns>
    internal ulong HashOf(in CrashState state)
    {
        ulong hash = 0;
        foreach (CrashImage image in _images)
        {
            hash = unchecked(hash + image.Hash);
        }

        HashSet<(int Device, long Offset)>? seen = _overlaps ? [] : null;
        for (int index = _inFlight.Count - 1; index >= 0; index--)
        {
            for (int sector = 0; state.Has(index) && sector < _changes[index].Length; sector++)
            {
                bool isThere = IsThere(state, index, sector)
                    && (seen is null || seen.Add((_inFlight[index].Device, OffsetOf(index, sector))));
                hash = unchecked(hash + (isThere ? _changes[index][sector] : 0));
            }
        }

        return hash;
    }

    /// <summary>Puts a state's writes on devices that hold the durable bytes.</summary>
    /// <param name="state">The state.</param>
    /// <param name="devices">The devices.</param>
    internal void Put(in CrashState state, CrashDevice[] devices)
    {
        for (int index = 0; index < _inFlight.Count; index++)
        {
            if (!state.Has(index))
            {
                continue;
            }

            TraceEvent write = _inFlight[index];
            if (state.Torn != index)
            {
                devices[write.Device].Write(write.Offset, write.Data);
                continue;
            }

            for (int sector = 0; sector < _changes[index].Length; sector++)
            {
                if (IsThere(state, index, sector))
                {
                    devices[write.Device].Write(OffsetOf(index, sector), Sector(write, sector));
                }
            }
        }
    }

    // The second half of the superblock goes with the first, in whatever write it is.
    private bool IsThere(in CrashState state, int index, int sector)
    {
        bool isSecondHalf = sector > 0 && _inFlight[index].Device == 0 && OffsetOf(index, sector) == 1536;
        int bit = (isSecondHalf ? sector - 1 : sector) % 64;
        return state.Torn != index || ((state.TornSectors >> bit) & 1) != 0;
    }

    private static ReadOnlySpan<byte> Sector(TraceEvent write, int sector) =>
        write.Data.AsSpan(sector * CrashImage.SectorBytes, CrashImage.SectorBytes);

    private long OffsetOf(int index, int sector) => _inFlight[index].Offset + (sector * CrashImage.SectorBytes);
}
