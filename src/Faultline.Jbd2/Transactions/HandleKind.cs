// Who starts a handle.

namespace Faultline.Jbd2.Transactions;

/// <summary>Who starts a handle.</summary>
public enum HandleKind
{
    /// <summary>An operation of a caller.</summary>
    Normal,

    /// <summary>An I/O end: may join a transaction that takes no others any more, and never waits for space in the
    /// log.</summary>
    IoEnd,
}
