// Every protection of the writing paths that a test can take away, to see that it is needed. In production they
// are constants that the compiler folds away: on, whatever anybody sets.
//
// What is off is off for the whole process: a test that takes one away runs alone (tests/Shared/PlantedCollection.cs).

using System;
using System.Threading;
using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Protections, by the rule they keep.</summary>
internal static class Protections
{
    private static int s_off; // interlocked: a Protection, the one that is off
    private static readonly bool s_mayBeOff = AppContext.TryGetSwitch("Faultline.CheckThrows", out bool on) && on;

    /// <summary>R7: a map is checked under the folio lock.</summary>
    internal static bool ValidityCookie => !s_mayBeOff || Off != Protection.ValidityCookie;

    /// <summary>What a hole or a growth leaves of a block is zeroed.</summary>
    internal static bool PartialPageZeroing => !s_mayBeOff || Off != Protection.PartialPageZeroing;

    /// <summary>A short or failed write gives its reservation back.</summary>
    internal static bool ReservationRollBack => !s_mayBeOff || Off != Protection.ReservationRollBack;

    /// <summary>Truncate and hole punching wait for direct transfers.</summary>
    internal static bool DirectIoDrain => !s_mayBeOff || Off != Protection.DirectIoDrain;

    /// <summary>The cache is dropped again after a direct write.</summary>
    internal static bool DirectWriteInvalidation => !s_mayBeOff || Off != Protection.DirectWriteInvalidation;

    /// <summary>Collapse and insert write out what is dirty under Invalidate, not before.</summary>
    internal static bool FlushUnderInvalidate => !s_mayBeOff || Off != Protection.FlushUnderInvalidate;

    /// <summary>A fill looks at the size again once its folios are locked (PC-06).</summary>
    internal static bool SizeInFill => !s_mayBeOff || Off != Protection.SizeInFill;

    private static Protection Off => (Protection)Volatile.Read(ref s_off);

    /// <summary>Takes a protection away until the answer is disposed.</summary>
    /// <param name="protection">Which.</param>
    /// <returns>Puts it back.</returns>
    internal static IDisposable Without(Protection protection)
    {
        Check.That(s_mayBeOff);
        int before = Interlocked.CompareExchange(ref s_off, (int)protection, (int)Protection.None);
        Check.That(before == (int)Protection.None);
        return new Absence();
    }

    private sealed class Absence : IDisposable
    {
        public void Dispose() => Volatile.Write(ref s_off, (int)Protection.None);
    }
}
