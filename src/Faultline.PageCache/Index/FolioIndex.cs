// The index of a file's folios: a radix tree over page numbers, 64 slots a node, growing upwards.
//
// A folio of order n stands in 2^(n mod 6) slots of a node whose shift is n rounded down to a multiple of 6, so that
// a 2 MiB folio is found one level above the pages.
//
// Invariants
//   - A node other than the root has at least one used slot; a removal that empties it unlinks it.
//   - All slots of one folio are set, or none, while the latch is free.
// Locks: writers hold the mapping's tree latch (rank 500). Lookup takes no lock: it reads slots with acquire, and a
// reader inside an unlinked node sees empty slots, which is a miss, and a miss is decided again under the latch.

using System.Runtime.CompilerServices;
using System.Threading;
using Faultline.Base;

namespace Faultline.PageCache.Index;

/// <summary>Radix index of one mapping's folios.</summary>
internal sealed partial class FolioIndex
{
    private IndexNode? _root;

    /// <summary>Finds the folio that covers a page. Takes no lock and no reference.</summary>
    /// <param name="index">Page number, not negative.</param>
    /// <returns>The folio, or null. By the time the caller looks at it, it may be another file's.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Folio? Lookup(long index)
    {
        IndexNode? node = Volatile.Read(ref _root);
        if (node is null || ((ulong)index >> node.Shift) >= IndexNode.Fanout)
        {
            return null;
        }

        while (true)
        {
            int slot = SlotOf(index, node.Shift);
            object? entry = Volatile.Read(ref node.Slots[slot]);
            if (entry is Folio folio)
            {
                return folio;
            }

            if (entry is null)
            {
                return null;
            }

            // OK: because a slot holds folios and nodes only.
            node = Unsafe.As<IndexNode>(entry);
        }
    }

    /// <summary>Inserts a folio unless some page of its range is taken. Caller: tree latch.</summary>
    /// <param name="folio">The folio.</param>
    /// <returns>False when another folio overlaps; nothing has changed then, but for empty nodes.</returns>
    internal bool TryInsertLocked(Folio folio)
    {
        int shift = LevelOf(folio.Order);
        GrowTo(folio.Index + folio.PageCount - 1, shift);
        IndexNode node = _root!;
        while (node.Shift > shift)
        {
            int slot = SlotOf(folio.Index, node.Shift);
            object? entry = node.Slots[slot];
            if (entry is Folio)
            {
                return false;
            }

            if (entry is null)
            {
                entry = new IndexNode(node.Shift - IndexNode.FanoutLog2);
                Volatile.Write(ref node.Slots[slot], entry);
                node.UsedSlots++;
            }

            node = (IndexNode)entry;
        }

        int first = SlotOf(folio.Index, shift);
        int count = 1 << (folio.Order - shift);
        for (int slot = first; slot < first + count; slot++)
        {
            if (node.Slots[slot] is not null)
            {
                Prune(folio.Index, shift);
                return false;
            }
        }

        for (int slot = first; slot < first + count; slot++)
        {
            Volatile.Write(ref node.Slots[slot], folio);
        }

        node.UsedSlots += count;
        return true;
    }

    /// <summary>Removes a folio that is in the index. Caller: tree latch.</summary>
    /// <param name="folio">The folio.</param>
    internal void RemoveLocked(Folio folio)
    {
        int shift = LevelOf(folio.Order);
        IndexNode node = NodeAt(folio.Index, shift);
        ClearTagLocked(folio, FolioTag.Dirty);
        ClearTagLocked(folio, FolioTag.ToWrite);
        ClearTagLocked(folio, FolioTag.Writeback);
        int first = SlotOf(folio.Index, shift);
        int count = 1 << (folio.Order - shift);
        for (int slot = first; slot < first + count; slot++)
        {
            Check.That(ReferenceEquals(node.Slots[slot], folio));
            Volatile.Write(ref node.Slots[slot], null);
        }

        node.UsedSlots -= count;
        Prune(folio.Index, shift);
    }

    /// <summary>Finds the first folio at or after a page. Caller: tree latch.</summary>
    /// <param name="index">First page of interest.</param>
    /// <param name="last">Last page of interest.</param>
    /// <returns>The folio that covers the smallest page in the range, or null.</returns>
    internal Folio? FirstLocked(long index, long last)
    {
        // Bounded: every turn moves index past one slot of some level.
        while (index <= last)
        {
            IndexNode? node = _root;
            if (node is null || ((ulong)index >> node.Shift) >= IndexNode.Fanout)
            {
                return null;
            }

            object? entry = node.Slots[SlotOf(index, node.Shift)];
            while (entry is IndexNode child)
            {
                node = child;
                entry = node.Slots[SlotOf(index, node.Shift)];
            }

            if (entry is Folio folio)
            {
                return folio;
            }

            long next = ((index >> node.Shift) + 1) << node.Shift;
            if (next <= index)
            {
                return null;
            }

            index = next;
        }

        return null;
    }

    // The mask comes before the narrowing: a page number has up to 52 bits.
    private static int SlotOf(long index, int shift) => (int)((index >> shift) & (IndexNode.Fanout - 1));

    private static int LevelOf(int order) => order / IndexNode.FanoutLog2 * IndexNode.FanoutLog2;

    private void GrowTo(long lastIndex, int shift)
    {
        IndexNode root = _root ?? new IndexNode(shift);
        while (root.Shift < shift || ((ulong)lastIndex >> root.Shift) >= IndexNode.Fanout)
        {
            IndexNode parent = new(root.Shift + IndexNode.FanoutLog2);
            if (root.UsedSlots > 0)
            {
                parent.Slots[0] = root;
                parent.UsedSlots = 1;
                CarryTags(root, parent);
            }

            root = parent;
        }

        Volatile.Write(ref _root, root);
    }

    private static void CarryTags(IndexNode child, IndexNode parent)
    {
        for (FolioTag tag = FolioTag.Dirty; tag <= FolioTag.Writeback; tag++)
        {
            parent.TagsOf(tag) = child.TagsOf(tag) != 0 ? 1UL : 0UL;
        }
    }

    private IndexNode NodeAt(long index, int shift)
    {
        IndexNode node = _root!;
        while (node.Shift > shift)
        {
            node = (IndexNode)node.Slots[SlotOf(index, node.Shift)]!;
        }

        return node;
    }

    // Unlinks empty nodes on the path to a page, from the bottom up: the path is walked again for each level, of
    // which there are at most nine.
    private void Prune(long index, int shift)
    {
        while (_root is not null)
        {
            IndexNode? parent = null;
            IndexNode node = _root;
            while (node.Shift > shift
                && node.Slots[SlotOf(index, node.Shift)] is IndexNode child)
            {
                parent = node;
                node = child;
            }

            if (node.UsedSlots > 0)
            {
                return;
            }

            if (parent is null)
            {
                Volatile.Write(ref _root, null);
                return;
            }

            Volatile.Write(ref parent.Slots[SlotOf(index, parent.Shift)], null);
            parent.UsedSlots--;
        }
    }
}
