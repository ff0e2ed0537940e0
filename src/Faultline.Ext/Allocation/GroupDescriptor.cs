// A group descriptor, validated.

namespace Faultline.Ext.Allocation;

/// <summary>A validated group descriptor.</summary>
/// <param name="Group">Number of the group.</param>
/// <param name="InodeTable">First block of its inode table; the whole table lies in the
/// volume.</param>
/// <param name="BlockBitmap">Block of its block bitmap.</param>
/// <param name="InodeBitmap">Block of its inode bitmap.</param>
/// <param name="Flags">bg_flags.</param>
/// <param name="UnusedInodeCount">Inodes at the end of the table that were never used.</param>
internal sealed record GroupDescriptor(
    ulong Group,
    ulong InodeTable,
    ulong BlockBitmap,
    ulong InodeBitmap,
    ushort Flags,
    uint UnusedInodeCount);
