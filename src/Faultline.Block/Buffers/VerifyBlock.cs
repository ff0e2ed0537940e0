// The check of one kind of metadata block.

using System;
using Faultline.Base;

namespace Faultline.Block.Buffers;

/// <summary>Checks a whole metadata block.</summary>
/// <param name="bytes">The block.</param>
/// <param name="block">Its number.</param>
/// <param name="context">Whose block it is.</param>
/// <returns>Success, or what is wrong and where.</returns>
public delegate Result VerifyBlock(
    ReadOnlySpan<byte> bytes, BlockNumber block, in BlockContext context);
