// A run of blocks of a volume that is being built, and where their bytes come from.

namespace Faultline.Ext.Building;

/// <summary>Blocks that follow one another, and their contents.</summary>
/// <param name="Block">The first block.</param>
/// <param name="Position">Where their bytes begin in the source.</param>
/// <param name="Length">Bytes; the rest of the last block is zero.</param>
/// <param name="Source">Where the bytes come from.</param>
internal readonly record struct Piece(ulong Block, long Position, int Length, IBuildContent Source);
