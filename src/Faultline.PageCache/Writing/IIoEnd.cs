// What happens when a transfer is over.

namespace Faultline.PageCache.Writing;

/// <summary>The end of one transfer: map changes, then the end of writeback of its folios.</summary>
public interface IIoEnd
{
    /// <summary>The next one in the worker's queue; the worker's.</summary>
    IIoEnd? Next { get; set; }

    /// <summary>Does it. Must not throw.</summary>
    /// <locks>Caller: nothing. Takes what the driver's CompleteWrite takes; no folio lock, no inode lock, no
    /// invalidate lock:
    /// their holders may be waiting for it.</locks>
    void Run();
}
