// A part of a folio that is being written.

using Faultline.PageCache;

namespace Faultline.Iomap.Writing;

/// <summary>Dirty bytes of one folio in a transfer.</summary>
/// <param name="Folio">The folio, under writeback; the transfer keeps it so.</param>
/// <param name="Offset">First byte in the folio.</param>
/// <param name="Length">Bytes.</param>
internal readonly record struct WritePiece(Folio Folio, int Offset, int Length);
