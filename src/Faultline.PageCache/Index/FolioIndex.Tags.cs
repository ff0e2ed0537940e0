// Tags of the index: who is dirty, who is to be written, who is being written.
//
// Invariant: a node's bit for a tag is set exactly while something below that slot has the tag.
// Locks: the mapping's tree latch (rank 500).

using System.Numerics;

namespace Faultline.PageCache.Index;

internal sealed partial class FolioIndex
{
    /// <summary>Sets a tag of a folio that is in the index. Caller: tree latch.</summary>
    /// <param name="folio">The folio.</param>
    /// <param name="tag">The tag.</param>
    internal void SetTagLocked(Folio folio, FolioTag tag)
    {
        int shift = LevelOf(folio.Order);
        IndexNode node = _root!;
        while (node.Shift > shift)
        {
            int slot = SlotOf(folio.Index, node.Shift);
            node.TagsOf(tag) |= 1UL << slot;
            node = (IndexNode)node.Slots[slot]!;
        }

        node.TagsOf(tag) |= SlotsOf(folio, shift);
    }

    /// <summary>Clears a tag of a folio that is in the index. Caller: tree latch.</summary>
    /// <param name="folio">The folio.</param>
    /// <param name="tag">The tag.</param>
    internal void ClearTagLocked(Folio folio, FolioTag tag)
    {
        int shift = LevelOf(folio.Order);
        ref ulong tags = ref NodeAt(folio.Index, shift).TagsOf(tag);
        ulong mask = SlotsOf(folio, shift);
        if ((tags & mask) != 0)
        {
            tags &= ~mask;
            ClearUpwards(folio.Index, shift, tag);
        }
    }

    /// <summary>Whether a folio that is in the index has a tag. Caller: tree latch.</summary>
    internal bool HasTagLocked(Folio folio, FolioTag tag)
    {
        int shift = LevelOf(folio.Order);
        return (NodeAt(folio.Index, shift).TagsOf(tag) & SlotsOf(folio, shift)) != 0;
    }

    /// <summary>Finds the first folio with a tag at or after a page. Caller: tree latch.</summary>
    /// <param name="index">First page of interest.</param>
    /// <param name="last">Last page of interest.</param>
    /// <param name="tag">The tag.</param>
    /// <returns>The folio, or null.</returns>
    internal Folio? FirstTaggedLocked(long index, long last, FolioTag tag)
    {
        // Bounded: every turn moves index past one slot of some level.
        while (index <= last)
        {
            IndexNode? node = _root;
            if (node is null || ((ulong)index >> node.Shift) >= IndexNode.Fanout)
            {
                return null;
            }

            while (true)
            {
                int slot = SlotOf(index, node.Shift);
                ulong rest = node.TagsOf(tag) >> slot;
                if (rest == 0)
                {
                    // Nothing more in this node: on behind it.
                    long span = (long)IndexNode.Fanout << node.Shift;
                    long behind = (index & ~(span - 1)) + span;
                    if (behind <= index || ReferenceEquals(node, _root))
                    {
                        return null;
                    }

                    index = behind;
                    break;
                }

                int skip = BitOperations.TrailingZeroCount(rest);
                if (skip > 0)
                {
                    index = ((index >> node.Shift) + skip) << node.Shift;
                    if (index > last)
                    {
                        return null;
                    }
                }

                object? entry = node.Slots[slot + skip];
                if (entry is Folio folio)
                {
                    return folio;
                }

                node = (IndexNode)entry!;
            }
        }

        return null;
    }

    private static ulong SlotsOf(Folio folio, int shift)
    {
        int count = 1 << (folio.Order - shift);
        ulong mask = count == IndexNode.Fanout ? ulong.MaxValue : (1UL << count) - 1;
        return mask << SlotOf(folio.Index, shift);
    }

    // From the node at a level upwards: a parent's bit falls when its child has no bit left.
    private void ClearUpwards(long index, int shift, FolioTag tag)
    {
        while (true)
        {
            IndexNode? parent = null;
            IndexNode node = _root!;
            while (node.Shift > shift)
            {
                parent = node;
                node = (IndexNode)node.Slots[SlotOf(index, node.Shift)]!;
            }

            if (parent is null || node.TagsOf(tag) != 0)
            {
                return;
            }

            parent.TagsOf(tag) &= ~(1UL << SlotOf(index, parent.Shift));
            shift = parent.Shift;
        }
    }
}
