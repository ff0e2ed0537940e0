// Page-cache memory that runs out when the switch says so.

using System;
using Faultline.PageCache.Memory;

namespace Faultline.Lab.Faults;

/// <summary>Memory that runs out when told.</summary>
/// <param name="faults">Says when.</param>
internal sealed class FaultMemory(FaultSwitch faults) : IFolioMemory, IDisposable
{
    private readonly ArenaMemory _inner = new();

    /// <inheritdoc/>
    public long AllocatedBytes => _inner.AllocatedBytes;

    /// <inheritdoc/>
    public bool TryAllocate(long index, int order, out MemoryBlock block)
    {
        // Only what cannot be had smaller: a large folio that fails is tried smaller, which is no fault to anybody.
        if (order == 0 && faults.Fails(FaultTarget.OneAllocation))
        {
            block = default;
            return false;
        }

        return _inner.TryAllocate(index, order, out block);
    }

    /// <inheritdoc/>
    public MemoryBlock Part(in MemoryBlock block, long page) => _inner.Part(block, page);

    /// <inheritdoc/>
    public void Free(in MemoryBlock block, int order) => _inner.Free(block, order);

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();
}
