// How a lock makes its taker wait, which decides what may be taken inside it.

namespace Faultline.Locking;

/// <summary>How a lock waits.</summary>
public enum LockKind
{
    /// <summary>The taker may be parked. Never taken inside a <see cref="Spin"/> lock.</summary>
    Sleeping,

    /// <summary>The taker spins; the holder never blocks. Rank 500 and deeper.</summary>
    Spin,

    /// <summary>No lock at all but a wait that the validator treats as one (a drain, a
    /// transaction).</summary>
    Pseudo,
}
