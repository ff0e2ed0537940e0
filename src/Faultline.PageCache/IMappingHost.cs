// What a mapping needs from the file it caches. The page cache knows no inode.

using Faultline.Base;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;

namespace Faultline.PageCache;

/// <summary>The file behind a mapping.</summary>
public interface IMappingHost
{
    /// <summary>Size of the file in bytes; read with acquire.</summary>
    long SizeBytes { get; }

    /// <summary>Reads folios from storage, in ascending order. Each is marked uptodate, whole or in
    /// part, as its bytes arrive.</summary>
    /// <param name="request">Locked folios of one run; they stay locked, the caller unlocks.</param>
    /// <returns>Success, or why some folio is not uptodate.</returns>
    /// <errors>ENOKEY encrypted contents; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: the invalidate lock in a mode that covers the run, and the folio locks.
    /// Takes: block-map lock.</locks>
    Result Fill(in FillRequest request);

    /// <summary>Writes dirty folios to storage. A file that is never written has nothing to do.</summary>
    /// <param name="control">Which, and how hard.</param>
    /// <returns>Success, or the first error of this pass; it was also recorded in the mapping's error
    /// sequence.</returns>
    /// <locks>Caller: nothing at rank 360 or deeper. Takes: folio, ascending; block-map lock; waits for writeback when
    /// the control says so.</locks>
    Result WritePages(in WritebackControl control) => Result.Ok;
}
