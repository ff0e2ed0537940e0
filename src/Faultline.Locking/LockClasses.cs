// The lock hierarchy, outermost first: one line a class. A task takes only locks of a higher rank
// than all it holds; two of one class only as the nesting rule says. docs/LOCKING.md is generated
// from this table and a test compares it. Ranks below 500 may sleep; 500 and deeper spin and are
// never held across anything that blocks.

using System.Collections.Generic;
using static Faultline.Locking.LockKind;
using static Faultline.Locking.NestingRule;

namespace Faultline.Locking;

/// <summary>Every lock class of Faultline, in one table.</summary>
/// <source>docs/DESIGN.md, Locks; Linux Documentation/filesystems/locking.rst</source>
public static class LockClasses
{
    /// <summary>The first rank at which locks spin.</summary>
    public const int FirstSpinRank = 500;

    private static readonly List<LockClass> s_all = [];
    private static readonly Dictionary<LockClass, string> s_fields = [];

#pragma warning disable CS1591 // The last argument of each says what it protects.
    public static readonly LockClass LeasedMemory = Add(
        nameof(LeasedMemory), 50, "leased_memory", Sleeping, Single,
        "memory handed out as a span; who waits for leases holds nothing");

    public static readonly LockClass Umount = Add(
        nameof(Umount), 80, "s_umount", Sleeping, Subclass,
        "mount state of a superblock");

    public static readonly LockClass FreezeWrite = Add(
        nameof(FreezeWrite), 90, "sb_writers:write", Sleeping, Single,
        "no new modifying call while frozen");

    public static readonly LockClass Pipe = Add(
        nameof(Pipe), 100, "pipe->mutex", Sleeping, SubclassAscending,
        "ring of a pipe");

    public static readonly LockClass RenameMutex = Add(
        nameof(RenameMutex), 210, "s_vfs_rename_mutex", Sleeping, Single,
        "topology of the directory tree");

    public static readonly LockClass InodeDirectory = Add(
        nameof(InodeDirectory), 220, "i_rwsem:dir", Sleeping, Subclass,
        "entries of a directory");

    public static readonly LockClass InodeFile = Add(
        nameof(InodeFile), 230, "i_rwsem", Sleeping, SubclassAscending,
        "size and data of a file as system calls see it");

    public static readonly LockClass DirectIoDrain = Add(
        nameof(DirectIoDrain), 240, "inode_dio", Pseudo, Subclass,
        "direct I/O in flight, by range");

    public static readonly LockClass InodeLifetime = Add(
        nameof(InodeLifetime), 245, "inode_lifetime", Sleeping, Single,
        "an inode being created or evicted");

    public static readonly LockClass MmapLock = Add(
        nameof(MmapLock), 300, "mmap_lock", Sleeping, Subclass,
        "memory areas of an address space");

    public static readonly LockClass FreezePageFault = Add(
        nameof(FreezePageFault), 320, "sb_writers:pagefault", Sleeping, Single,
        "no new dirtying fault while frozen");

    public static readonly LockClass Invalidate = Add(
        nameof(Invalidate), 340, "invalidate_lock", Sleeping, SubclassAscending,
        "page creation and modification against invalidation, by range");

    public static readonly LockClass WritebackExclusion = Add(
        nameof(WritebackExclusion), 360, "s_writepages_rwsem", Sleeping, Single,
        "mapping-wide mode against writeback");

    public static readonly LockClass Folio = Add(
        nameof(Folio), 400, "folio_lock", Sleeping, Ascending,
        "identity and contents transitions of a folio");

    public static readonly LockClass DaxEntry = Add(
        nameof(DaxEntry), 400, "dax_entry", Sleeping, Single,
        "a DAX entry at its index");

    public static readonly LockClass FolioWriteback = Add(
        nameof(FolioWriteback), 410, "folio_writeback", Pseudo, Subclass,
        "a folio being written to the device");

    public static readonly LockClass FreezeInternal = Add(
        nameof(FreezeInternal), 415, "sb_writers:fs", Sleeping, Single,
        "no new internal transaction while frozen");

    public static readonly LockClass JournalBarrier = Add(
        nameof(JournalBarrier), 418, "j_barrier", Sleeping, Single,
        "no running transaction while updates are locked");

    public static readonly LockClass Transaction = Add(
        nameof(Transaction), 420, "jbd2_handle", Pseudo, Single,
        "an open handle against waits for its commit");

    public static readonly LockClass Xattr = Add(
        nameof(Xattr), 435, "xattr_sem", Sleeping, Single,
        "extended attributes of an inode");

    public static readonly LockClass BlockMap = Add(
        nameof(BlockMap), 440, "i_data_sem", Sleeping, SubclassAscending,
        "file block to device block map, on-disk size");

    public static readonly LockClass OrphanList = Add(
        nameof(OrphanList), 445, "s_orphan_lock", Sleeping, Single,
        "list of inodes to be truncated or deleted");

    public static readonly LockClass MetadataBuffer = Add(
        nameof(MetadataBuffer), 460, "buffer_lock", Sleeping, Ascending,
        "contents of a metadata block; groups ascending");

    public static readonly LockClass CommittedBuffer = Add(
        nameof(CommittedBuffer), 465, "committed_buffer", Sleeping, Single,
        "I/O of a committed buffer");

    public static readonly LockClass ReverseMap = Add(
        nameof(ReverseMap), 480, "i_mmap_rwsem", Sleeping, Single,
        "reverse map and page tables");

    public static readonly LockClass CacheTree = Add(
        nameof(CacheTree), 500, "i_pages", Spin, Single,
        "index tree of the page cache");

    public static readonly LockClass JournalState = Add(
        nameof(JournalState), 505, "j_state_lock", Spin, Single,
        "transactions of a metadata log");

    public static readonly LockClass InodeRecord = Add(
        nameof(InodeRecord), 508, "i_raw_lock", Spin, Single,
        "on-disk form of an inode while it is stored");

    public static readonly LockClass InodeHash = Add(
        nameof(InodeHash), 510, "inode_hash_lock", Spin, Single,
        "hash of inodes");

    public static readonly LockClass InodeState = Add(
        nameof(InodeState), 511, "i_lock", Spin, Single,
        "size, sectors and times of an inode");

    public static readonly LockClass DentryHash = Add(
        nameof(DentryHash), 512, "d_lock", Spin, Single,
        "hash of directory entries");

    public static readonly LockClass BufferHash = Add(
        nameof(BufferHash), 514, "buffer_hash_lock", Spin, Single,
        "hash of metadata buffers");

    public static readonly LockClass OpenFileState = Add(
        nameof(OpenFileState), 516, "f_lock", Spin, Single,
        "position and flags of an open file");

    public static readonly LockClass FileLocks = Add(
        nameof(FileLocks), 517, "flc_lock", Spin, Single,
        "advisory locks of a file");

    public static readonly LockClass BlockedLocks = Add(
        nameof(BlockedLocks), 518, "blocked_lock_lock", Spin, Single,
        "who waits for whose advisory lock");

    public static readonly LockClass ReclaimQueue = Add(
        nameof(ReclaimQueue), 520, "lru_lock", Spin, Single,
        "queues of the reclaimer");

    public static readonly LockClass WritebackList = Add(
        nameof(WritebackList), 522, "wb_list_lock", Spin, Single,
        "queue of files with dirty pages");

    public static readonly LockClass Arena = Add(
        nameof(Arena), 530, "arena_lock", Spin, Single,
        "free lists of folio memory");

    public static readonly LockClass DeviceState = Add(
        nameof(DeviceState), 540, "device_lock", Spin, Single,
        "state of a block device");

    // Without a rank: the graph alone judges these, because they may be met at any depth.
    public static readonly LockClass FsReclaim = Add(
        nameof(FsReclaim), 0, "fs_reclaim", Pseudo, Single,
        "allocation that may have to free cache");
#pragma warning restore CS1591

    /// <summary>All classes, in the order of the table.</summary>
    public static IReadOnlyList<LockClass> All => s_all;

    /// <summary>The name of the field that holds a class of this table.</summary>
    internal static string FieldOf(LockClass lockClass) => s_fields[lockClass];

    private static LockClass Add(
        string field, int rank, string name, LockKind kind, NestingRule nesting, string protects)
    {
        LockClass result = new(rank, name, kind, nesting, protects);
        s_all.Add(result);
        s_fields.Add(result, field);
        return result;
    }
}
