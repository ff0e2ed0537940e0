// How much a campaign does.

using System.Collections.Generic;

namespace Faultline.Lab.Crash;

/// <summary>How much a campaign does.</summary>
public sealed record CrashOptions
{
    /// <summary>Kinds of volumes.</summary>
    public IReadOnlyList<CrashSetup> Setups { get; init; } = CrashSetup.All;

    /// <summary>The campaign ends when so many different states were judged.</summary>
    public long States { get; init; } = 100_000;

    /// <summary>Seed of the first workload; the next ones follow.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Operations of a workload.</summary>
    public int Operations { get; init; } = 60;

    /// <summary>Different recovered images that e2fsck judges.</summary>
    public long FsckImages { get; init; }

    /// <summary>States that the kernel recovers by itself.</summary>
    public long KernelImages { get; init; }

    /// <summary>Workers.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>A mistake made on purpose.</summary>
    public CrashPlant Plant { get; init; }

    /// <summary>The campaign ends after so many failures.</summary>
    public int FailuresMax { get; init; } = 10;
}
