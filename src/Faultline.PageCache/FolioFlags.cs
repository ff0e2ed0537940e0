// State bits of a folio, in one 32-bit word.

namespace Faultline.PageCache;

/// <summary>State bits of a folio. Changed by interlocked operations only: several tasks set
/// different bits at once.</summary>
internal static class FolioFlags
{
    /// <summary>The folio lock (rank 400).</summary>
    internal const int Locked = 1;

    /// <summary>All bytes are valid. Set with release, read with acquire.</summary>
    internal const int Uptodate = 2;

    /// <summary>Some blocks are valid; the block bitmap says which.</summary>
    internal const int PartlyUptodate = 4;

    /// <summary>Reading this folio starts the next readahead window.</summary>
    internal const int Readahead = 8;

    /// <summary>Newer than the device.</summary>
    internal const int Dirty = 16;

    /// <summary>Being written to the device.</summary>
    internal const int Writeback = 32;
}
