// What changing a map asks of the one whose map it is.

namespace Faultline.Ext.Mapping;

/// <summary>Who knows blocks of a file that its map on disk does not know yet.</summary>
internal interface IPendingBlocks
{
    /// <summary>Whether a file block of a range is in flight: its cluster is in use.</summary>
    /// <param name="first">First file block.</param>
    /// <param name="end">First file block after the range.</param>
    /// <returns>True when one is.</returns>
    /// <locks>Caller: block-map lock exclusive.</locks>
    bool HasInFlight(ulong first, ulong end);
}
