// Counts attempts of one kind once it is armed, and says which of them fail. Shared by the device and the memory of a
// run. Locks: none; counted by Interlocked.

using System.Threading;

namespace Faultline.Lab.Faults;

/// <summary>Says which attempts fail.</summary>
internal sealed class FaultSwitch
{
    private long _seen;
    private long _struck;
    private long _first = long.MaxValue;
    private long _last = long.MaxValue;
    private int _target = -1;

    /// <summary>Attempts of the armed kind so far.</summary>
    internal long Seen => Volatile.Read(ref _seen);

    /// <summary>Attempts that failed so far.</summary>
    internal long Struck => Volatile.Read(ref _struck);

    /// <summary>From now on attempts count.</summary>
    /// <param name="target">What is counted.</param>
    /// <param name="number">Which attempt fails, from 0; none when negative.</param>
    internal void Arm(FaultTarget target, long number)
    {
        _first = number < 0 ? long.MaxValue : number;
        _last = target == FaultTarget.EveryWrite ? long.MaxValue : _first;
        Volatile.Write(ref _seen, 0);
        Volatile.Write(ref _target, (int)target);
    }

    /// <summary>As new.</summary>
    internal void Reset()
    {
        Disarm();
        Volatile.Write(ref _struck, 0);
    }

    /// <summary>From now on nothing fails.</summary>
    internal void Disarm() => Volatile.Write(ref _target, -1);

    /// <summary>Whether this attempt fails.</summary>
    /// <param name="target">What is attempted.</param>
    /// <returns>True when it must.</returns>
    internal bool Fails(FaultTarget target)
    {
        int armed = Volatile.Read(ref _target);
        bool isCounted = armed == (int)target
            || (armed == (int)FaultTarget.EveryWrite && target == FaultTarget.OneWrite);
        if (!isCounted)
        {
            return false;
        }

        long number = Interlocked.Increment(ref _seen) - 1;
        bool fails = number >= _first && number <= _last;
        _ = fails ? Interlocked.Increment(ref _struck) : 0;
        return fails;
    }
}
