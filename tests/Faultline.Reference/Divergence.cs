// The target did something else than the model.

using System;

namespace Faultline.Reference;

/// <summary>A divergence, with the step at which it was seen.</summary>
internal sealed class Divergence(int step, string what) : Exception($"step {step}: {what}")
{
    internal int Step { get; } = step;
}
