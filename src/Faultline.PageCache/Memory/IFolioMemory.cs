// The seam between the page cache and what its pages are made of.

namespace Faultline.PageCache.Memory;

/// <summary>Memory for folios: an anonymous arena, or (for mapped inodes) a memfd whose offsets are
/// the file's own.</summary>
public interface IFolioMemory
{
    /// <summary>Bytes handed out.</summary>
    long AllocatedBytes { get; }

    /// <summary>Allocates the memory of one folio. The contents are undefined.</summary>
    /// <param name="index">First folio index of the file range it will cache; a memfd places it
    /// there, an arena ignores it.</param>
    /// <param name="order">Base-2 logarithm of the number of 4 KiB pages, 0..9.</param>
    /// <param name="block">The memory, aligned to its size up to 2 MiB.</param>
    /// <returns>False when the host has no memory left.</returns>
    /// <locks>Takes a spin-like lock (rank 530).</locks>
    bool TryAllocate(long index, int order, out MemoryBlock block);

    /// <summary>The part of an allocated block that starts at a page of it. Parts are given back one by one
    /// instead of the
    /// whole.</summary>
    /// <param name="block">What was allocated.</param>
    /// <param name="page">Page within it; a multiple of the part's size.</param>
    /// <returns>The part.</returns>
    MemoryBlock Part(in MemoryBlock block, long page);

    /// <summary>Gives memory back. Nobody reads it any more.</summary>
    /// <param name="block">What was allocated.</param>
    /// <param name="order">Its order.</param>
    /// <locks>Takes a spin-like lock (rank 530).</locks>
    void Free(in MemoryBlock block, int order);
}
