// The writing half of the seam between the operations on files and the drivers. A driver supplies maps, in-memory
// allocation, and what happens to the block map when data are on the device or when a range goes; the operations do
// everything else.
//
// A block's life: nothing
// --Begin(Write)--> delayed (space reserved) --MapWriteback--> in flight (a place chosen, in memory
// only)
// --CompleteWrite--> mapped (inserted in the block map, after its data are on the device). A block that was mapped or
// unwritten before stays what it is until CompleteWrite.

using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Maps of one file that can be written.</summary>
/// <locks>Every method takes the block-map lock (rank 440) itself and holds none on return.</locks>
public interface IIomapWriter : IIomapOps
{
    /// <summary>Largest size of a file in bytes.</summary>
    long SizeBytesMax { get; }

    /// <summary>The size that a reader of the device would see; at most the size in memory.</summary>
    long DiskSizeBytes { get; }

    /// <summary>Whether blocks can be allocated and read as zeros without being written (unwritten extents).</summary>
    bool HasUnwrittenExtents { get; }

    /// <summary>Whether ranges can be collapsed and inserted.</summary>
    bool CanShift { get; }

    /// <summary>Whether a map is out of date: the block map changed since <see cref="IIomapOps.Begin"/>.</summary>
    /// <param name="iomap">The map.</param>
    /// <returns>True to sample again.</returns>
    /// <locks>Caller: the folio lock of what it is about to touch. Takes nothing that sleeps.</locks>
    bool IsStale(in Iomap iomap);

    /// <summary>Gives back what <see cref="IIomapOps.Begin"/> reserved for a range and nobody made dirty: a
    /// write came up
    /// short or failed.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size.</param>
    /// <locks>Caller: inode lock exclusive, and Invalidate over the range, so that nobody makes a page dirty
    /// meanwhile.</locks>
    void ReleaseReservation(long start, long end);

    /// <summary>Where dirty bytes go: chooses blocks, in memory only, for what is delayed.</summary>
    /// <param name="position">First byte, a multiple of the block size.</param>
    /// <param name="length">Bytes that are dirty from there, as far as the caller knows.</param>
    /// <param name="iomap">A map with an address: type Mapped (overwrite) or Unwritten (convert at the end of
    /// I/O); flag New
    /// when blocks were chosen for delayed ones.</param>
    /// <returns>Success; or why there is no place. The reservation makes ENOSPC impossible.</returns>
    /// <errors>EIO and the like; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: folio lock of the first byte.</locks>
    Result MapWriteback(long position, long length, out Iomap iomap);

    /// <summary>Data of a range are on the device: inserts what was in flight, converts what was unwritten, raises the
    /// size on disk to at most <paramref name="end"/> and the size in memory, and changes the validity cookie.
    /// Idempotent per block.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range; a multiple of the block size, or the size of the file.</param>
    /// <returns>Success, or why the map could not be changed; the data are then lost to the file.</returns>
    /// <locks>Caller: no folio lock; the range is under writeback, or the inode lock is held.</locks>
    Result CompleteWrite(long start, long end);

    /// <summary>Data were written over blocks that stay what they are: nothing of the map changes, but the device must
    /// be flushed before the file is synced.</summary>
    void NoteOverwrite()
    {
    }

    /// <summary>Before bytes are written over blocks that are mapped: waits until no power cut brings back a map in
    /// which these blocks lie elsewhere in the file, or what was durable there would be lost to bytes of another
    /// place.</summary>
    /// <returns>Success, at once unless blocks of the file were moved lately.</returns>
    /// <errors>EROFS, EIO: the map that moved them cannot become durable.</errors>
    /// <locks>Caller: no folio lock, no handle. Waits on: transaction, exclusive.</locks>
    Result SettleMap() => Result.Ok;

    /// <summary>Data of a range did not reach the device: blocks in flight go back, and what was delayed is delayed
    /// again.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size.</param>
    void AbandonWrite(long start, long end);

    /// <summary>Allocates what is a hole, unwritten (fallocate without a mode).</summary>
    /// <param name="start">First byte; rounded out to blocks.</param>
    /// <param name="end">First byte after the range.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC: what was allocated before stays, as on Linux; EOPNOTSUPP no unwritten extents.</errors>
    /// <locks>Caller: inode lock exclusive.</locks>
    Result AllocateRange(long start, long end);

    /// <summary>Makes whole blocks a hole: frees them, and what was reserved for them.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size, or
    /// <see cref="long.MaxValue"/>.</param>
    /// <returns>Success.</returns>
    /// <locks>Caller: inode lock exclusive; Invalidate over the range; no folio of it is cached.</locks>
    Result RemoveRange(long start, long end);

    /// <summary>Makes whole blocks unwritten, allocating where there are none.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC: the range reads as zeros all the same; EOPNOTSUPP.</errors>
    /// <locks>As <see cref="RemoveRange"/>.</locks>
    Result MakeUnwritten(long start, long end);

    /// <summary>Removes a range of blocks and moves what follows it down.</summary>
    /// <param name="start">First byte, a multiple of the block size.</param>
    /// <param name="end">First byte after the range, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP.</errors>
    /// <locks>Caller: inode lock exclusive; Invalidate from <paramref name="start"/> on; nothing from there is
    /// cached.</locks>
    Result CollapseRange(long start, long end);

    /// <summary>Moves what starts at a byte up, leaving a hole.</summary>
    /// <param name="start">First byte of the hole, a multiple of the block size.</param>
    /// <param name="end">First byte after the hole, a multiple of the block size.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP; EFBIG.</errors>
    /// <locks>As <see cref="CollapseRange"/>.</locks>
    Result InsertRange(long start, long end);

    /// <summary>The size in memory was set (truncate, fallocate, collapse, insert): makes it the size on
    /// disk.</summary>
    /// <param name="sizeBytes">The size.</param>
    /// <returns>Success.</returns>
    /// <locks>Caller: inode lock exclusive.</locks>
    Result SetDiskSize(long sizeBytes);
}
