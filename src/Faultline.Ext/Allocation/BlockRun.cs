// A run of blocks of the volume.

namespace Faultline.Ext.Allocation;

/// <summary>A run of blocks of the volume.</summary>
/// <param name="Start">First block.</param>
/// <param name="Count">Blocks.</param>
internal readonly record struct BlockRun(ulong Start, ulong Count)
{
    /// <summary>First block after the run.</summary>
    internal ulong End => Start + Count;
}
