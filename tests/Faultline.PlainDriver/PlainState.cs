// What a range of blocks of a file is.

namespace Faultline.PlainDriver;

/// <summary>What a range of blocks is.</summary>
public enum PlainState
{
    /// <summary>Allocated and written.</summary>
    Mapped,

    /// <summary>Allocated, reads as zeros.</summary>
    Unwritten,

    /// <summary>Space is reserved, no place chosen.</summary>
    Delayed,

    /// <summary>A place is chosen for what was delayed; data are on their way.</summary>
    InFlight,

    /// <summary>A place is chosen by a direct write; data are on their way.</summary>
    InFlightDirect,
}
