// Who writes dirty pages when nobody asks.

namespace Faultline.PageCache.Writing;

/// <summary>Who writes dirty pages when nobody asks.</summary>
public enum FlusherMode
{
    /// <summary>A thread per volume while there is something dirty.</summary>
    Thread,

    /// <summary>Nobody: syncs and explicit passes only. For tests that say when.</summary>
    Manual,
}
