// Sixteen raw bytes inside an on-disk structure.

using System.Runtime.CompilerServices;

namespace Faultline.Base;

/// <summary>Sixteen bytes: a UUID or a fixed text field.</summary>
[InlineArray(Length)]
public struct Bytes16
{
    /// <summary>Number of bytes.</summary>
    public const int Length = 16;

    private byte _first;
}
