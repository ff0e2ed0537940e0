// Mistakes that are made on purpose, to see that they are found.

namespace Faultline.Lab.Crash;

/// <summary>A mistake made on purpose.</summary>
public enum CrashPlant
{
    /// <summary>None.</summary>
    None,

    /// <summary>The blocks of a transaction are not durable before its commit record.</summary>
    NoFlushBeforeCommit,

    /// <summary>Data are not durable before the map leads to them.</summary>
    MapBeforeData,

    /// <summary>The journal does not say which blocks are metadata no more.</summary>
    NoRevoke,

    /// <summary>A freed block is somebody else's before the transaction that freed it is durable.</summary>
    EarlyReuse,
}
