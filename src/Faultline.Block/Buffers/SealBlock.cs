// The last change to a metadata block before it goes out.

using System;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>Writes a block's own checksum into its bytes.</summary>
/// <param name="bytes">The block.</param>
/// <param name="block">Its number.</param>
/// <param name="context">Whose block it is.</param>
public delegate void SealBlock(Span<byte> bytes, BlockNumber block, in BlockContext context);
