// Memory of one folio.

namespace Faultline.PageCache.Memory;

/// <summary>Address and the allocator's own handle of one folio's memory.</summary>
/// <param name="Address">Address of the first byte.</param>
/// <param name="Handle">Meaningful to the allocator alone.</param>
public readonly record struct MemoryBlock(nint Address, long Handle);
