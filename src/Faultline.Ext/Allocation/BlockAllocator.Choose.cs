// Which clusters: at the goal if there is room, else the nearest run that is long enough, else the longest of the
// groups looked at. A file that grows gets a window behind its last block.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <content>Choosing.</content>
internal sealed partial class BlockAllocator
{
    private const int GoalRunMin = 16;
    private const int GroupsLookedAtMax = 32;
    private const int WindowLengthMin = 16;
    private const int WindowCountMax = 64;
    private const long WindowBytesMax = 8L << 20;

    /// <summary>Chooses blocks that were claimed and marks them in memory only: in flight.</summary>
    /// <param name="goal">Block that would be best.</param>
    /// <param name="count">Blocks wanted, rounded up to clusters.</param>
    /// <param name="window">The window of a file that grows, or null.</param>
    /// <returns>A run of whole clusters in one group, at least one and at most what is wanted.</returns>
    /// <errors>EUCLEAN there is less space than the descriptors promised; damage throws FsException.</errors>
    /// <locks>Caller: nothing of rank 460 or deeper. Takes: groups' locks, one at a time.</locks>
    internal Result<BlockRun> AllocateInMemory(ulong goal, ulong count, AllocationWindow? window)
    {
        TrimLoaded();
        TrimWindows();
        int wanted = (int)ulong.Min(Bits.DivideRoundUp(count, _ratio), _super.BlocksPerGroup / _ratio);
        Check.That(wanted > 0);
        goal = goal < _super.FirstDataBlock || goal >= _super.BlockCount ? _super.FirstDataBlock : goal;
        if (window is not null && TryTakeFromWindow(window, goal, wanted, out BlockRun held))
        {
            return held;
        }

        if (window is not null)
        {
            DropWindow(window);
        }

        BlockRun run = Choose(goal, wanted, window);
        if (run.Count == 0)
        {
            DropWindows();
            run = Choose(goal, wanted, null);
        }

        return run.Count > 0 ? run : ExtSpaceReasons.SpaceLost.With($"{FreeClusterCount} clusters free");
    }

    /// <summary>Gives blocks in flight back; the caller keeps the claim or releases it.</summary>
    /// <param name="start">First block.</param>
    /// <param name="count">Blocks, whole clusters.</param>
    internal void AbandonInFlight(ulong start, ulong count)
    {
        ulong end = start + count;
        while (start < end)
        {
            GroupPiece piece = NextPiece(ref start, end);
            using MutexGuard guard = piece.Group.Lock.Acquire();
            GiveInMemory(piece);
        }
    }

    /// <summary>Gives back what is held for a file: it is closed, or was made shorter.</summary>
    /// <param name="window">Its window.</param>
    internal void DropWindow(AllocationWindow window)
    {
        if (window.Length > 0)
        {
            GroupDescriptor group = _groups.Read(window.Group);
            using MutexGuard guard = group.Lock.Acquire();
            ReleaseWindow(window, group);
        }

        using SpinGuard latch = _windowLatch.Acquire();
        _ = _windows.Remove(window);
    }

    /// <summary>Gives back what is held for all files.</summary>
    private void DropWindows()
    {
        List<AllocationWindow> all;
        using (SpinGuard latch = _windowLatch.Acquire())
        {
            all = [.. _windows];
            _windows.Clear();
            _windowOrder.Clear();
        }

        foreach (AllocationWindow window in all)
        {
            TakeAway(window);
        }
    }

    // Files that are not written any more keep their windows until others want some.
    private void TrimWindows()
    {
        AllocationWindow? oldest = null;
        using (SpinGuard latch = _windowLatch.Acquire())
        {
            while (_windows.Count > WindowCountMax && oldest is null && _windowOrder.Count > 0)
            {
                AllocationWindow next = _windowOrder.Dequeue();
                oldest = _windows.Remove(next) ? next : null;
            }
        }

        if (oldest is not null)
        {
            TakeAway(oldest);
        }
    }

    private void TakeAway(AllocationWindow window)
    {
        // The owner may move its window to another group meanwhile: then there is nothing to take from here.
        ulong number = window.Group;
        GroupDescriptor group = _groups.Read(number);
        using MutexGuard guard = group.Lock.Acquire();
        ReleaseWindow(window, group);
    }

    // Under the group's lock. Nothing when the window holds nothing of this group (any more).
    private void ReleaseWindow(AllocationWindow window, GroupDescriptor group)
    {
        int first;
        int length;
        using (SpinGuard latch = _windowLatch.Acquire())
        {
            first = window.First;
            length = window.Group == group.Group ? window.Length : 0;
            window.Length -= length;
        }

        if (length > 0)
        {
            GroupSpace space = SpaceOf(group);
            space.Give(first, length);
            space.Pinned -= length;
        }
    }

    private bool TryTakeFromWindow(AllocationWindow window, ulong goal, int wanted, out BlockRun run)
    {
        run = default;
        if (window.Length == 0)
        {
            return false;
        }

        GroupDescriptor group = _groups.Read(window.Group);
        using MutexGuard guard = group.Lock.Acquire();
        bool isNext = window.Length > 0 && BlockOf(window.Group, window.First) == goal;
        if (!isNext)
        {
            return false;
        }

        int take = int.Min(wanted, window.Length);
        run = new BlockRun(goal, (ulong)take * _ratio);
        window.First += take;
        window.Length -= take;
        return true;
    }

    private BlockRun Choose(ulong goal, int wanted, AllocationWindow? window)
    {
        ulong goalGroup = GroupOf(goal);
        ulong bestGroup = 0;
        int best = 0;
        int lookedAt = 0;
        for (ulong step = 0; step < _super.GroupCount; step++)
        {
            ulong number = (goalGroup + step) % _super.GroupCount;
            GroupDescriptor group = _groups.Read(number);
            bool isHopeless = group.FreeClusterCount == 0
                || (_loaded.TryGetValue(number, out GroupSpace? hint) && hint.LongestMax <= best);
            if (isHopeless)
            {
                continue;
            }

            int from = step == 0 ? ClusterIn(number, goal) : 0;
            BlockRun run = ChooseIn(group, from, wanted, step == 0, wanted, window, out int longest);
            if (run.Count > 0)
            {
                return run;
            }

            (best, bestGroup) = longest > best ? (longest, number) : (best, bestGroup);
            lookedAt += longest > 0 ? 1 : 0;
            if (lookedAt >= GroupsLookedAtMax)
            {
                break;
            }
        }

        if (best == 0)
        {
            return default;
        }

        int start = bestGroup == goalGroup ? ClusterIn(bestGroup, goal) : 0;
        BlockRun second = ChooseIn(_groups.Read(bestGroup), start, best, false, 1, window, out _);
        return second.Count > 0 ? second : Choose(goal, 1, window);
    }

    // Takes a run of a group when it is at least so long, or lies at the goal.
    private BlockRun ChooseIn(
        GroupDescriptor group,
        int from,
        int wanted,
        bool isGoal,
        int accepted,
        AllocationWindow? window,
        out int longest)
    {
        using MutexGuard guard = group.Lock.Acquire();
        GroupSpace space = SpaceOf(group);
        int start = from;
        longest = isGoal ? space.RunAt(from, wanted) : 0;
        bool isGood = longest >= int.Min(wanted, GoalRunMin) || (longest > 0 && from + longest == space.Count);
        if (!isGood)
        {
            int hold = window is null ? 0 : WindowLength(window);
            longest = space.Find(from, hold > wanted ? hold : wanted, out start);
            isGood = longest >= accepted;
        }

        if (!isGood)
        {
            return default;
        }

        int take = int.Min(longest, wanted);
        space.Take(start, take);
        space.Pinned += take;
        if (window is not null)
        {
            OpenWindow(window, group.Group, space, start + take);
        }

        return new BlockRun(BlockOf(group.Group, start), (ulong)take * _ratio);
    }

    private int WindowLength(AllocationWindow window) =>
        int.Clamp(
            window.NextLength, WindowLengthMin, int.Max(WindowLengthMin, (int)(WindowBytesMax / _super.ClusterSize)));

    // Under the group's lock.
    private void OpenWindow(AllocationWindow window, ulong group, GroupSpace space, int first)
    {
        Check.That(window.Length == 0);
        int length = first < space.Count ? space.RunAt(first, WindowLength(window)) : 0;
        window.NextLength = WindowLength(window) * 2;
        if (length == 0)
        {
            return;
        }

        space.Take(first, length);
        space.Pinned += length;
        using SpinGuard latch = _windowLatch.Acquire();
        window.Group = group;
        window.First = first;
        window.Length = length;
        if (_windows.Add(window))
        {
            _windowOrder.Enqueue(window);
        }

        if (_windowOrder.Count > 4 * WindowCountMax)
        {
            _windowOrder.Clear();
            foreach (AllocationWindow known in _windows)
            {
                _windowOrder.Enqueue(known);
            }
        }
    }

    // Under the group's lock.
    private void GiveInMemory(in GroupPiece piece)
    {
        GroupSpace space = SpaceOf(piece.Group);
        space.Give(piece.First, piece.Length);
        space.Pinned -= piece.Length;
    }

    // The part of a run that lies in one group; moves the start behind it.
    private GroupPiece NextPiece(ref ulong start, ulong end)
    {
        Check.That((start - _super.FirstDataBlock) % _ratio == 0);
        ulong number = GroupOf(start);
        ulong stop = ulong.Min(end, _super.GroupFirstBlock(number) + _super.BlocksPerGroup);
        GroupPiece piece = new(
            _groups.Read(number), ClusterIn(number, start), (int)Bits.DivideRoundUp(stop - start, _ratio));
        start = stop;
        return piece;
    }
}
