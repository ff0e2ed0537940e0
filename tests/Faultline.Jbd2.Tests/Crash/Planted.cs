// Mistakes that the crash tests must find.

namespace Faultline.Jbd2.Tests.Crash;

public enum Planted
{
    None,

    // The commit record does not wait for what it commits.
    NoFlushBeforeCommit,

    // A commit is reported before it is durable.
    NoFlushAfterCommit,

    // The log's start moves before the blocks are durable in their places.
    NoFlushBeforeTail,

    // Freed blocks are not revoked.
    NoRevoke,
}
