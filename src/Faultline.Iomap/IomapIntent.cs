// Why a mapping is asked for.

namespace Faultline.Iomap;

/// <summary>Why a mapping is asked for; the driver may lock and allocate accordingly.</summary>
public enum IomapIntent
{
    /// <summary>Fill the page cache or read directly: what the block map says, delayed ranges are what lies
    /// under them.</summary>
    Read,

    /// <summary>Report extents or seek: includes unwritten and delayed ranges, and xattr-less
    /// metadata stays untouched.</summary>
    Report,

    /// <summary>Write through the cache: reserves space for holes and shared blocks (type Delalloc), never allocates.
    /// Errors: ENOSPC, EDQUOT.</summary>
    Write,

    /// <summary>Write past the cache: allocates (in memory) what is not there, so that the map has an address.
    /// Errors: ENOSPC,
    /// EDQUOT. Followed by CompleteWrite or AbandonWrite.</summary>
    DirectWrite,
}
