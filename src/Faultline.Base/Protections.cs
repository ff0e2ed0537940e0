// Every protection that a test can take away, to see that it is needed. In production they are constants that the
// compiler folds away: on, whatever anybody sets.
//
// What is off is off for the whole process: a test that takes one away runs alone (tests/Shared/PlantedCollection.cs).

using System;
using System.Threading;

namespace Faultline.Base;

/// <summary>Protections, by the rule they keep.</summary>
public static class Protections
{
    private static int s_off; // interlocked: a Protection, the one that is off
    private static readonly bool s_mayBeOff =
        AppContext.TryGetSwitch("Faultline.ProtectionsMayBeOff", out bool on) && on;

    /// <summary>R7: a map is checked under the folio lock.</summary>
    public static bool ValidityCookie => !s_mayBeOff || Off != Protection.ValidityCookie;

    /// <summary>What a hole or a growth leaves of a block is zeroed.</summary>
    public static bool PartialPageZeroing => !s_mayBeOff || Off != Protection.PartialPageZeroing;

    /// <summary>A short or failed write gives its reservation back.</summary>
    public static bool ReservationRollBack => !s_mayBeOff || Off != Protection.ReservationRollBack;

    /// <summary>Truncate and hole punching wait for direct transfers.</summary>
    public static bool DirectIoDrain => !s_mayBeOff || Off != Protection.DirectIoDrain;

    /// <summary>The cache is dropped again after a direct write.</summary>
    public static bool DirectWriteInvalidation => !s_mayBeOff || Off != Protection.DirectWriteInvalidation;

    /// <summary>Collapse and insert write out what is dirty under Invalidate, not before.</summary>
    public static bool FlushUnderInvalidate => !s_mayBeOff || Off != Protection.FlushUnderInvalidate;

    /// <summary>A fill looks at the size again once its folios are locked (PC-06).</summary>
    public static bool SizeInFill => !s_mayBeOff || Off != Protection.SizeInFill;

    /// <summary>A journal says which blocks are metadata no more, so that no older copy of them is replayed.</summary>
    public static bool RevokeRecords => !s_mayBeOff || Off != Protection.RevokeRecords;

    /// <summary>A freed block is nobody's before the transaction that freed it is durable (DESIGN 2, rule 3).</summary>
    public static bool FreedBlocksWait => !s_mayBeOff || Off != Protection.FreedBlocksWait;

    private static Protection Off => (Protection)Volatile.Read(ref s_off);

    /// <summary>Takes a protection away until the answer is disposed.</summary>
    /// <param name="protection">Which.</param>
    /// <returns>Puts it back.</returns>
    public static IDisposable Without(Protection protection)
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
