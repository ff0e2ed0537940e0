// The outcome of a controlled run.

namespace Faultline.Locking.Scheduling;

/// <summary>What a controlled run did.</summary>
/// <param name="Replay">The choices made, for <see cref="ReplayStrategy"/>.</param>
/// <param name="SwitchCount">How often the turn went to another task.</param>
/// <param name="Trace">The points passed, as <c>task@point</c>.</param>
public sealed record ControlledRun(
    string Replay, int SwitchCount, System.Collections.Generic.IReadOnlyList<string> Trace);
