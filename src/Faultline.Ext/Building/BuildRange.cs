// A part of a file that has data; what lies between parts is a hole.

namespace Faultline.Ext.Building;

/// <summary>A part of a file that has data.</summary>
/// <param name="Position">First byte.</param>
/// <param name="Length">Bytes.</param>
public readonly record struct BuildRange(long Position, long Length)
{
    /// <summary>The byte behind it.</summary>
    public long End => Position + Length;
}
