// Clusters held in memory for a file that grows, behind its last block: what two writers append side by side does not
// mix. Held clusters count as free space for everybody; who finds none takes the windows away.
//
// Locks: the lock of the group that the window lies in guards start and count, and the owner alone changes the group:
// under the window latch, which whoever takes windows away holds to see group and count that belong together.

namespace Faultline.Ext.Allocation;

/// <summary>Clusters held for a file that grows.</summary>
internal sealed class AllocationWindow
{
    /// <summary>Clusters that the next window will hold.</summary>
    internal int NextLength { get; set; }

    /// <summary>Group, when the window holds something.</summary>
    internal ulong Group { get; set; }

    /// <summary>First cluster held, from the group's first.</summary>
    internal int First { get; set; }

    /// <summary>Clusters held; written under the group's lock, a hint without it.</summary>
    internal int Length { get; set; }
}
