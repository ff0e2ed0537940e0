// A run of folios to be read.

using System;
using Faultline.Base;

namespace Faultline.PageCache.Reading;

/// <summary>Adjacent locked folios of one mapping, in ascending order.</summary>
public readonly ref struct FillRequest
{
    /// <summary>Makes a request.</summary>
    /// <param name="folios">At least one; each starts where the one before ends.</param>
    public FillRequest(ReadOnlySpan<Folio> folios)
    {
        Check.That(folios.Length > 0);
        Folios = folios;
    }

    /// <summary>The folios.</summary>
    public ReadOnlySpan<Folio> Folios { get; }

    /// <summary>File position of the first byte.</summary>
    public long Position => Folios[0].Position;

    /// <summary>File position after the last byte.</summary>
    public long End => Folios[^1].Position + Folios[^1].SizeBytes;
}
