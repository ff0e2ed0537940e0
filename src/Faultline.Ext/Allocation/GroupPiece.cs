// The part of a run that lies in one group.

namespace Faultline.Ext.Allocation;

/// <summary>Clusters of one group.</summary>
/// <param name="Group">The group.</param>
/// <param name="First">First cluster, from the group's first.</param>
/// <param name="Length">Clusters.</param>
internal readonly record struct GroupPiece(GroupDescriptor Group, int First, int Length);
