// What is to be written to a volume that is being built, in the order of its blocks. Pieces are cut so that none is
// longer than a chunk.

using System;
using System.Collections.Generic;

namespace Faultline.Ext.Building;

/// <summary>What is to be written, in the order of blocks.</summary>
/// <param name="blockSize">Bytes of a block.</param>
internal sealed class PieceList(int blockSize)
{
    /// <summary>Bytes that are written at once.</summary>
    internal const int ChunkBytes = 1 << 20;

    private readonly List<Piece> _pieces = [];

    internal IReadOnlyList<Piece> Pieces => _pieces;

    /// <summary>Bytes of all pieces.</summary>
    internal long TotalBytes { get; private set; }

    /// <summary>Adds bytes of a source.</summary>
    /// <param name="block">Where they go; behind all before.</param>
    /// <param name="source">Where they come from.</param>
    /// <param name="position">Their offset there.</param>
    /// <param name="length">Bytes.</param>
    internal void Add(ulong block, IBuildContent source, long position, long length)
    {
        while (length > 0)
        {
            int part = (int)Math.Min(length, ChunkBytes);
            _pieces.Add(new Piece(block, position, part, source));
            TotalBytes += part;
            block += (ulong)(part / blockSize);
            position += part;
            length -= part;
        }
    }

    /// <summary>Adds one block whose bytes are at hand, or will be when pieces are written.</summary>
    /// <param name="block">Where it goes.</param>
    /// <param name="bytes">Its bytes.</param>
    internal void Add(ulong block, byte[] bytes) => Add(block, new Literal(bytes), 0, bytes.Length);

    private sealed class Literal(byte[] bytes) : IBuildContent
    {
        public void Read(long position, Span<byte> buffer) =>
            bytes.AsSpan((int)position, buffer.Length).CopyTo(buffer);
    }
}
