// What a log's thread does next.

namespace Faultline.Jbd2.Transactions;

/// <summary>What a log's thread does next.</summary>
internal enum LogWork
{
    /// <summary>Nothing: wait.</summary>
    None,

    /// <summary>End.</summary>
    Stop,

    /// <summary>Tell of an abort.</summary>
    ReportAbort,

    /// <summary>Commit the running transaction.</summary>
    Commit,

    /// <summary>Forget a running transaction that changed nothing for a whole interval.</summary>
    Retire,

    /// <summary>Bring committed blocks to their places, so that there is room.</summary>
    MakeRoom,

    /// <summary>Bring every committed block to its place.</summary>
    Empty,
}
