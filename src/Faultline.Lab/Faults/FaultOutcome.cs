// What callers were told in one case of a sweep.

using Faultline.Base;

namespace Faultline.Lab.Faults;

/// <summary>What callers were told.</summary>
internal sealed class FaultOutcome
{
    /// <summary>The operation.</summary>
    internal Result Done { get; set; }

    /// <summary>fsync of the file the operation went through.</summary>
    internal Result First { get; set; }

    /// <summary>fsync of the same file, opened by somebody else.</summary>
    internal Result Second { get; set; }

    /// <summary>Sync of the volume.</summary>
    internal Result Volume { get; set; }

    /// <summary>What is wrong already while it is mounted, or null.</summary>
    internal string? Wrong { get; set; }

    /// <summary>Whether nothing more can be written.</summary>
    internal bool IsAborted { get; set; }

    /// <summary>Whether anybody was told of an error.</summary>
    internal bool IsTold => !Done.IsOk || !First.IsOk || !Second.IsOk || !Volume.IsOk;

    /// <inheritdoc/>
    public override string ToString() => $"operation {Text(Done)}, fsync {Text(First)} and {Text(Second)}, sync {Text(Volume)}{(IsAborted ? ", aborted" : "")}";

    private static string Text(Result result) => result.IsOk ? "done" : result.Error.ToString();
}
