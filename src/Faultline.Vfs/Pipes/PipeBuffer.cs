// One slot of a pipe: a part of a page of its own, or of a file's folio.

using System;
using Faultline.Base;
using Faultline.PageCache;

namespace Faultline.Vfs.Pipes;

/// <summary>One slot of a pipe. Holds a reference on the folio or a share of the page.</summary>
internal struct PipeBuffer
{
    internal Folio? Folio;
    internal PipePage? Page;
    internal int Offset;
    internal int Length;

    internal readonly ReadOnlySpan<byte> Bytes => Folio is not null
        ? Folio.Bytes(Offset, Length)
        : Page!.Bytes.AsSpan(Offset, Length);

    /// <summary>Bytes that can still be added behind what is there.</summary>
    internal readonly int RoomBytes =>
        Page is not null && !Page.IsShared ? Pipe.PageBytes - Offset - Length : 0;

    /// <summary>The same bytes once more, or the first of them.</summary>
    /// <param name="length">How many.</param>
    /// <returns>A buffer with a reference of its own.</returns>
    internal readonly PipeBuffer Duplicate(int length)
    {
        if (Folio is not null)
        {
            Check.That(Folio.TryGet());
        }

        Page?.Share();
        PipeBuffer copy = this;
        copy.Length = length;
        return copy;
    }
}
