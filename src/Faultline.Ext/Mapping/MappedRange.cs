// A range of file blocks and what backs it.

using Faultline.Base;

namespace Faultline.Ext.Mapping;

/// <summary>A range of file blocks and what backs it.</summary>
/// <param name="First">First file block.</param>
/// <param name="Count">File blocks, more than 0.</param>
/// <param name="State">What backs them.</param>
/// <param name="Start">Block of the volume of the first one; 0 for a hole.</param>
internal readonly record struct MappedRange(ulong First, ulong Count, MapState State, ulong Start)
{
    /// <summary>First file block after the range.</summary>
    internal ulong End => First + Count;

    /// <summary>Whether a file block lies in the range.</summary>
    /// <param name="block">The file block.</param>
    /// <returns>True when it does.</returns>
    internal bool Contains(ulong block) => (block >= First) && (block - First < Count);

    /// <summary>Block of the volume of a file block of the range, which is no hole.</summary>
    /// <param name="block">The file block.</param>
    /// <returns>The block.</returns>
    internal BlockNumber At(ulong block)
    {
        Check.That(State != MapState.Hole);
        return new BlockNumber(Start + (block - First));
    }
}
