// As what a block passed its check.

namespace Faultline.Block.Buffers;

/// <summary>As what a block passed its check. Immutable.</summary>
/// <param name="Format">The kind of block.</param>
/// <param name="Context">Whose block.</param>
internal sealed record BlockVerification(BlockFormat Format, BlockContext Context);
