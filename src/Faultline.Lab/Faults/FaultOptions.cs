// How much a sweep does.

using System.Collections.Generic;
using Faultline.Lab.Crash;

namespace Faultline.Lab.Faults;

/// <summary>How much a sweep does.</summary>
public sealed record FaultOptions
{
    /// <summary>Kinds of volumes: those with a journal of their own.</summary>
    public IReadOnlyList<CrashSetup> Setups { get; init; } = [CrashSetup.All[0], CrashSetup.All[1], CrashSetup.All[4]];

    /// <summary>Only the operation of this name, or all.</summary>
    public string? Operation { get; init; }

    /// <summary>Only this fault, or all.</summary>
    public FaultTarget? Target { get; init; }

    /// <summary>Only the fault of this number, or all.</summary>
    public int? Number { get; init; }

    /// <summary>Of how many points one is tried; 1 for all.</summary>
    public int Step { get; init; } = 1;

    /// <summary>Of how many volumes one is judged by e2fsck, too.</summary>
    public int FsckEvery { get; init; } = 20;

    /// <summary>Workers.</summary>
    public int Workers { get; init; } = 2;
}
