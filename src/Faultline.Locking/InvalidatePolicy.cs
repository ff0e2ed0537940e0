// The implementations of the invalidate lock.

namespace Faultline.Locking;

/// <summary>How an invalidate lock is implemented.</summary>
public enum InvalidatePolicy
{
    /// <summary>Ranges and four modes; disjoint ranges never wait. The default.</summary>
    RangeLock,

    /// <summary>One fair semaphore for the whole mapping, as Linux has it. Freeze is
    /// exclusive.</summary>
    ReaderWriterSemaphore,

    /// <summary>Entries in an index, each waited for on its own (Wilcox's idea).</summary>
    LockedEntries,

    /// <summary>No protection at all: shows what goes wrong without the lock. No mount option names it.</summary>
    None,

    /// <summary>As <see cref="LockedEntries"/>, but who invalidates a part of the file does not wait for fills in
    /// flight, as Linux's tmpfs has it. Right only where a page that is brought back holds zeros: for files that live
    /// in the page cache.</summary>
    FallocQueue,
}
