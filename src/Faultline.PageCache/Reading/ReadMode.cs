// How far a read may go.

namespace Faultline.PageCache.Reading;

/// <summary>How far a read may go to get its bytes.</summary>
public enum ReadMode
{
    /// <summary>Waits for locks and the device.</summary>
    Blocking,

    /// <summary>Never waits for a lock or the device, not even to read ahead: EAGAIN instead (IOCB_NOWAIT).</summary>
    NoWait,

    /// <summary>Only what is valid in the cache, and starts no I/O of any kind: EAGAIN instead (IOCB_NOIO).</summary>
    CacheOnly,
}
