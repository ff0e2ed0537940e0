// Where a metadata block belongs: what its verifier needs beside the bytes.

using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>Owner and checksum seed of a metadata block.</summary>
/// <param name="Inode">The inode the block belongs to, or none.</param>
/// <param name="Seed">Running checksum that precedes the block's bytes.</param>
/// <param name="Argument">What the format says further, such as the depth expected of a
/// node.</param>
public readonly record struct BlockContext(InodeNumber Inode, uint Seed, uint Argument = 0);
