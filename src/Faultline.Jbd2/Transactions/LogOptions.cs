// How a log behaves.

using Faultline.Base;

namespace Faultline.Jbd2.Transactions;

/// <summary>How a log behaves. Immutable.</summary>
public sealed record LogOptions
{
    /// <summary>Milliseconds after which a transaction is committed although nobody asked, more than 0.</summary>
    public int CommitIntervalMs { get; init; } = 5000;

    /// <summary>Bytes of changed blocks kept in memory that are not in their place.</summary>
    public long PinnedBytesMax { get; init; } = 64L << 20;

    /// <summary>The clock.</summary>
    public IClock Clock { get; init; } = SystemClock.Instance;
}
