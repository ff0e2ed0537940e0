// One operation that a sweep makes fail at every point.

using System;
using Faultline.Base;

namespace Faultline.Lab.Faults;

/// <summary>An operation.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Run">Does it once, on the prepared volume.</param>
internal sealed record FaultOperation(string Name, Func<FaultScene, Result> Run)
{
    /// <summary>Whether it may be done in part: data, and space that was allocated before it ran out.</summary>
    internal bool MayBePartial { get; init; }

    /// <summary>Whether it only looks.</summary>
    internal bool OnlyReads { get; init; }

    /// <summary>Whether the kind of volume must have extents.</summary>
    internal bool NeedsExtents { get; init; }
}
