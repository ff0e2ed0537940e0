// Why a mapping is asked for.

namespace Faultline.Iomap;

/// <summary>Why a mapping is asked for; the driver may lock and allocate accordingly.</summary>
public enum IomapIntent
{
    /// <summary>Fill the page cache or read directly.</summary>
    Read,

    /// <summary>Report extents or seek: includes unwritten and delayed ranges, and xattr-less
    /// metadata stays untouched.</summary>
    Report,

    /// <summary>Write.</summary>
    Write,
}
