// A random schedule that its seed replays. Stays with the current task more often than not, because
// bugs need few switches at the right places rather than many.

using Faultline.Base;

namespace Faultline.Locking.Scheduling;

/// <summary>Chooses at random.</summary>
/// <param name="seed">Equal seeds give equal schedules.</param>
public sealed class SeededRandomStrategy(ulong seed) : IScheduleStrategy
{
    private readonly Prng _random = new(seed);

    /// <inheritdoc/>
    public int Choose(ScheduleStep step)
    {
        System.ArgumentNullException.ThrowIfNull(step);
        if (step.CurrentPosition >= 0 && _random.OneIn(2))
        {
            return step.CurrentPosition;
        }

        return (int)_random.Below(step.Runnable.Count);
    }
}
