// One node of the folio index.

namespace Faultline.PageCache.Index;

/// <summary>64 slots, each empty, a folio, or a node one level down.</summary>
/// <param name="shift">Bits of a page number below this node's slots: a slot covers 2^shift pages.</param>
internal sealed class IndexNode(int shift)
{
    internal const int FanoutLog2 = 6;
    internal const int Fanout = 1 << FanoutLog2;

    internal readonly object?[] Slots = new object?[Fanout]; // written under the tree latch with release
    internal readonly int Shift = shift;
    internal int UsedSlots; // guarded by the tree latch

    // One word a tag: bit n says that something under slot n has the tag. Guarded by the tree latch.
    private ulong _dirty;
    private ulong _toWrite;
    private ulong _writeback;

    internal ref ulong TagsOf(FolioTag tag)
    {
        switch (tag)
        {
            case FolioTag.Dirty:
                return ref _dirty;
            case FolioTag.ToWrite:
                return ref _toWrite;
            case FolioTag.Writeback:
            default:
                return ref _writeback;
        }
    }
}
