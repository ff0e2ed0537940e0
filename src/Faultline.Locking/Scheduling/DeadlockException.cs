// What a controlled run throws when no task can go on.

using System;

namespace Faultline.Locking.Scheduling;

/// <summary>Every task of a controlled run waits for another.</summary>
/// <param name="message">Who waits for what, held by whom, and the replay string.</param>
/// <param name="replay">The replay string of the run.</param>
public sealed class DeadlockException(string message, string replay) : Exception(message)
{
    /// <summary>For <see cref="ReplayStrategy"/>.</summary>
    public string Replay { get; } = replay;
}
