// Marks in the folio index, for finding folios of a kind without visiting the others.

namespace Faultline.PageCache.Index;

/// <summary>A mark on folios in the index.</summary>
public enum FolioTag
{
    /// <summary>Some of its bytes are newer than the device.</summary>
    Dirty,

    /// <summary>It was dirty when a sync began, and that sync has yet to write it (the livelock guard: what
    /// becomes dirty
    /// later is not that sync's business).</summary>
    ToWrite,

    /// <summary>It is being written.</summary>
    Writeback,
}
