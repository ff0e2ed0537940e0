// Modes of fallocate(2).

using System;

namespace Faultline.Abi;

/// <summary>Modes of fallocate(2).</summary>
/// <source>fallocate(2)</source>
[Flags]
public enum FallocateFlags
{
    /// <summary>Allocate, and grow the file if the range ends behind it.</summary>
    None = 0,

    /// <summary>The size stays.</summary>
    KeepSize = 0x01,

    /// <summary>Make the range a hole; with KeepSize.</summary>
    PunchHole = 0x02,

    /// <summary>Remove the range and move what follows down.</summary>
    CollapseRange = 0x08,

    /// <summary>Make the range read as zeros and keep its space.</summary>
    ZeroRange = 0x10,

    /// <summary>Insert a hole and move what follows up.</summary>
    InsertRange = 0x20,

    /// <summary>Make shared blocks the file's own.</summary>
    UnshareRange = 0x40,
}
