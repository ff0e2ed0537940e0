// How hard a writeback pass tries.

namespace Faultline.PageCache.Writing;

/// <summary>How hard a writeback pass tries.</summary>
public enum WritebackReason
{
    /// <summary>The flusher: what can be had without waiting; does not wait for the end of I/O.</summary>
    Background,

    /// <summary>Data integrity: everything that was dirty when it began, waiting for locks, for writeback under
    /// way, and for the
    /// end of its own I/O.</summary>
    Sync,
}
