// Where a folio stands in the reclaim queues.

namespace Faultline.PageCache.Reclaim;

/// <summary>Which reclaim queue holds a folio.</summary>
internal enum QueueState
{
    /// <summary>None: private, or removed from the cache.</summary>
    None,

    /// <summary>The probation queue of folios seen once.</summary>
    Small,

    /// <summary>The main queue of folios that were used again.</summary>
    Main,

    /// <summary>Taken off by reclaim, which is looking at it with a reference.</summary>
    Isolated,
}
