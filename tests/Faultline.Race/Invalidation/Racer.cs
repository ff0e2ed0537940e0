// Who runs against an operation that removes or moves data.

namespace Faultline.Race.Invalidation;

/// <summary>Who runs against an invalidation.</summary>
public enum Racer
{
    Read,
    NoWaitRead,
    Readahead,
    AsyncReadahead,
    Fault,
    PartlyValidRead,
    BufferedWrite,
    Store,
    Writeback,
    DirectRead,
    DirectWrite,
}
