// What a file block is before its map on disk knows it.

namespace Faultline.Ext.Mapping;

/// <summary>What a file block is before its map on disk knows it.</summary>
internal enum PendingState
{
    /// <summary>Space is claimed, no block chosen.</summary>
    Delayed,

    /// <summary>A block is chosen; its data are on their way from the cache.</summary>
    InFlight,

    /// <summary>A block is chosen; a direct write is on its way.</summary>
    InFlightDirect,
}
