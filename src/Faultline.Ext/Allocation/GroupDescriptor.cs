// A group's descriptor in memory: places, validated and fixed, and counters, guarded by the group's lock.
//
// Locks: Lock (rank 460; two groups only in ascending order) guards the counters, the flags, both bitmaps' bytes and
// the inode allocation of the group. Readers without it see one field at a time, as a hint.

using Faultline.Locking;

namespace Faultline.Ext.Allocation;

/// <summary>A validated group descriptor.</summary>
/// <param name="group">Number of the group.</param>
/// <param name="typeName">Name of the file-system type, for the lock.</param>
internal sealed class GroupDescriptor(ulong group, string typeName)
{
    /// <summary>Guards what changes, and both bitmaps.</summary>
    internal FairMutex Lock { get; } = new(LockClasses.MetadataBuffer.For(typeName), group + 1);

    /// <summary>Number of the group.</summary>
    internal ulong Group { get; } = group;

    /// <summary>First block of its inode table; the whole table lies in the volume.</summary>
    internal ulong InodeTable { get; init; }

    /// <summary>Block of its block bitmap.</summary>
    internal ulong BlockBitmap { get; init; }

    /// <summary>Block of its inode bitmap.</summary>
    internal ulong InodeBitmap { get; init; }

    /// <summary>bg_flags.</summary>
    internal ushort Flags { get; set; }

    /// <summary>Inodes at the end of the table that were never used.</summary>
    internal uint UnusedInodeCount { get; set; }

    /// <summary>Free clusters.</summary>
    internal uint FreeClusterCount { get; set; }

    /// <summary>Free inodes.</summary>
    internal uint FreeInodeCount { get; set; }

    /// <summary>Inodes that are directories.</summary>
    internal uint DirectoryCount { get; set; }

    /// <summary>Checksum of the block bitmap; 16 bits where descriptors are small.</summary>
    internal uint BlockBitmapChecksum { get; set; }

    /// <summary>Checksum of the inode bitmap; 16 bits where descriptors are small.</summary>
    internal uint InodeBitmapChecksum { get; set; }
}
