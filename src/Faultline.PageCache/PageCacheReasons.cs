// Why the page cache refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.PageCache;

/// <summary>Reasons of the page cache.</summary>
public static class PageCacheReasons
{
    /// <summary>The bytes are not at hand and the caller may not wait.</summary>
    public static readonly Reason WouldBlock =
        new("PageCache.WouldBlock", Errno.EAGAIN, "not in the page cache, and the caller may not wait");

    /// <summary>No memory for a page.</summary>
    public static readonly Reason NoMemory =
        new("PageCache.NoMemory", Errno.ENOMEM, "no memory for a page of the page cache");

    /// <summary>A file of a volume that was unmounted.</summary>
    public static readonly Reason Closed =
        new("PageCache.Closed", Errno.ESTALE, "the volume was unmounted while the file was open");

    /// <summary>No memory for a page to write to.</summary>
    public static readonly Reason NoMemoryForWriting =
        new("PageCache.NoMemoryForWriting", Errno.ENOMEM, "no memory for a page to write to");

    /// <summary>Writing to a file of a volume that was unmounted.</summary>
    public static readonly Reason ClosedForWriting =
        new("PageCache.ClosedForWriting", Errno.ESTALE, "the volume was unmounted while the file was being written");

    /// <summary>Too much is dirty, and the device takes nothing.</summary>
    public static readonly Reason CannotClean =
        new("PageCache.CannotClean", Errno.EIO, "dirty pages cannot be written to the device, and there is no room for more");

    /// <summary>A page that the file does not have.</summary>
    public static readonly Reason BeyondEnd =
        new("PageCache.BeyondEnd", Errno.EFAULT, "the page lies beyond the end of the file");
}
