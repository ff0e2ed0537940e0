// The four modes of the invalidate lock.
//
//   held \ wanted | Fill | Modify | Freeze | Invalidate
//   Fill          | yes  | yes    | yes    | no
//   Modify        | yes  | yes    | no     | no
//   Freeze        | yes  | no     | yes    | no
//   Invalidate    | no   | no     | no     | no

namespace Faultline.Locking;

/// <summary>What the holder of an invalidate lock does in its range.</summary>
public enum InvalidateMode
{
    /// <summary>May create pages: read miss, readahead, fault.</summary>
    Fill,

    /// <summary>May dirty a page: page_mkwrite, a direct write under a shared inode lock.</summary>
    Modify,

    /// <summary>Contents must hold still, pages may still be created: dedupe, reflink
    /// source.</summary>
    Freeze,

    /// <summary>Removes pages or changes what they map: truncate, punch, collapse,
    /// insert.</summary>
    Invalidate,
}
