// The orders of lock classes that the design uses, outermost first. The ranks say which orders are
// allowed; this table says which ones paths really need, so that the suite can list those it never
// ran. docs/LOCKING.md shows it.

using System.Collections.Generic;
using System.Linq;
using static Faultline.Locking.LockClasses;

namespace Faultline.Locking;

/// <summary>Every declared order.</summary>
public static class DeclaredEdges
{
    /// <summary>All of them, outermost first.</summary>
    public static IReadOnlyList<DeclaredEdge> All { get; } =
    [
        new(Umount, FreezeWrite, "freeze takes the levels under the umount lock"),
        new(Umount, InodeLifetime, "unmount evicts the inodes"),
        new(Umount, Folio, "sync and unmount write folios"),
        new(Umount, Transaction, "sync waits for a commit"),
        new(Umount, Invalidate, "unmount closes the caches of files that are still open"),
        new(Umount, CacheTree, "unmount drops pages"),
        new(Umount, ReclaimQueue, "unmount takes pages off the queues"),
        new(Umount, Arena, "unmount frees pages"),
        new(FreezeWrite, Pipe, "splice to a file"),
        new(FreezeWrite, RenameMutex, "rename across directories"),
        new(FreezeWrite, InodeDirectory, "create, unlink, rename"),
        new(FreezeWrite, InodeFile, "write, truncate, fallocate"),
        new(Pipe, InodeFile, "splice writes with the pipe outermost"),
        new(Pipe, Invalidate, "splice fills the cache of the file it reads"),
        new(RenameMutex, InodeDirectory, "rename across directories locks both"),
        new(InodeDirectory, InodeFile, "unlink and rename lock the victim"),
        new(InodeDirectory, InodeLifetime, "lookup and create wait for a new inode"),
        new(InodeDirectory, Transaction, "create, unlink, rename"),
        new(InodeDirectory, Xattr, "create stores inherited attributes"),
        new(InodeDirectory, BlockMap, "directory blocks are mapped"),
        new(InodeDirectory, MetadataBuffer, "directory blocks are read and changed"),
        new(InodeDirectory, DentryHash, "lookup fills the cache of entries"),
        new(InodeDirectory, InodeHash, "lookup and create find the inode"),
        new(InodeDirectory, InodeState, "times and links of a changed directory"),
        new(InodeDirectory, BufferHash, "directory blocks are found among the buffers"),
        new(InodeDirectory, CommittedBuffer, "a device that takes turns is read"),
        new(InodeFile, DirectIoDrain, "truncate, punch and remap drain direct I/O"),
        new(InodeFile, MmapLock, "copying from user memory may fault"),
        new(InodeFile, Invalidate, "truncate, punch, fallocate, remap"),
        new(InodeFile, WritebackExclusion, "changing the mode of a mapping"),
        new(InodeFile, Folio, "buffered write"),
        new(InodeFile, FolioWriteback, "fsync and stable writes wait"),
        new(InodeFile, Transaction, "size, times, attributes; fsync waits for a commit"),
        new(InodeFile, Xattr, "setting attributes"),
        new(InodeFile, BlockMap, "direct reads and writes map blocks"),
        new(InodeFile, InodeState, "size, times and attributes of a changed file"),
        new(InodeFile, BufferHash, "direct reads find map blocks among the buffers"),
        new(DirectIoDrain, Transaction, "the end of a direct write converts extents"),
        new(DirectIoDrain, BlockMap, "the end of a direct write inserts extents"),
        new(InodeLifetime, Folio, "eviction drops the cache"),
        new(InodeLifetime, FreezeInternal, "eviction deletes under internal freeze protection"),
        new(InodeLifetime, Transaction, "eviction frees the inode"),
        new(InodeLifetime, Invalidate, "eviction closes the cache of the file"),
        new(InodeLifetime, CommittedBuffer, "reading the inode reads a device that takes turns"),
        new(InodeLifetime, CacheTree, "eviction drops pages"),
        new(InodeLifetime, BufferHash, "reading the inode finds its block among the buffers"),
        new(InodeLifetime, ReclaimQueue, "eviction takes pages off the queues"),
        new(InodeLifetime, Arena, "eviction frees pages"),
        new(MmapLock, FreezePageFault, "write fault"),
        new(MmapLock, Invalidate, "read fault fills"),
        new(MmapLock, Folio, "fault locks the folio"),
        new(FreezePageFault, Invalidate, "page_mkwrite takes Modify"),
        new(FreezePageFault, Transaction, "page_mkwrite updates times in its own handle"),
        new(Invalidate, WritebackExclusion, "changing the mode of a mapping"),
        new(Invalidate, Folio, "fills insert, invalidation removes folios"),
        new(Invalidate, DaxEntry, "DAX faults and invalidation"),
        new(Invalidate, FolioWriteback, "invalidation waits for writeback"),
        new(Invalidate, Transaction, "punch frees blocks"),
        new(Invalidate, BlockMap, "fills map blocks"),
        new(Invalidate, ReverseMap, "invalidation unmaps the range"),
        new(Invalidate, CommittedBuffer, "a fill reads a device that takes turns"),
        new(Invalidate, CacheTree, "fills insert, invalidation removes"),
        new(Invalidate, ReclaimQueue, "pages join and leave the queues"),
        new(Invalidate, BufferHash, "fills find map blocks among the buffers"),
        new(Invalidate, Arena, "pages are allocated and freed"),
        new(WritebackExclusion, Folio, "writeback locks folios"),
        new(Folio, FolioWriteback, "a write waits for a stable folio"),
        new(Folio, BlockMap, "write and writeback map blocks under the folio"),
        new(Folio, Transaction, "writeback allocates after locking the folio"),
        new(Folio, ReverseMap, "write-protecting and unmapping one folio"),
        new(Folio, CacheTree, "tags of the folio"),
        new(Folio, CommittedBuffer, "a fill reads a device that takes turns"),
        new(Folio, ReclaimQueue, "a folio leaves the queues"),
        new(Folio, BufferHash, "fills find map blocks among the buffers"),
        new(Folio, Arena, "another folio of the run is allocated"),
        new(DaxEntry, Transaction, "a DAX write fault allocates"),
        new(DaxEntry, BlockMap, "a DAX read fault maps"),
        new(DaxEntry, ReverseMap, "DAX writeback write-protects"),
        new(FolioWriteback, Transaction, "the end of I/O converts extents"),
        new(FolioWriteback, BlockMap, "the end of I/O inserts extents"),
        new(FreezeInternal, Transaction, "workers start handles"),
        new(JournalBarrier, Transaction, "locking updates waits for open handles"),
        new(Transaction, Xattr, "changing attributes"),
        new(Transaction, BlockMap, "allocation, removal, conversion"),
        new(Transaction, MetadataBuffer, "every change of metadata"),
        new(Transaction, CommittedBuffer, "a buffer of a committing transaction is waited for"),
        new(Xattr, BlockMap, "attributes in blocks of their own"),
        new(Xattr, MetadataBuffer, "attribute blocks"),
        new(BlockMap, MetadataBuffer, "extent and bitmap blocks"),
        new(BlockMap, CommittedBuffer, "reading the map may wait for a buffer"),
        new(BlockMap, BufferHash, "map blocks are found among the buffers"),
        new(MetadataBuffer, CommittedBuffer, "a locked buffer may wait for its I/O"),
        new(MetadataBuffer, BufferHash, "finding another buffer"),
        new(MetadataBuffer, DeviceState, "write-out"),
        new(FileLocks, BlockedLocks, "a conflict is entered before the lock that makes it can go"),
        new(CacheTree, ReclaimQueue, "a new folio joins the queue"),
    ];

    /// <summary>Whether an order is declared.</summary>
    /// <param name="outer">Name of the class held.</param>
    /// <param name="inner">Name of the class taken inside.</param>
    /// <returns>True when the table has it.</returns>
    public static bool Contains(string outer, string inner) =>
        All.Any(edge => edge.Outer.Name == outer && edge.Inner.Name == inner);
}
