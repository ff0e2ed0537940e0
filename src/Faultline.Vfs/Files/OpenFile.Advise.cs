// Advice to the page cache (posix_fadvise).

using System;
using Faultline.PageCache;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>The range will be needed: reads it in now (POSIX_FADV_WILLNEED). Errors are met by
    /// whoever reads.</summary>
    /// <param name="position">First byte, not negative.</param>
    /// <param name="length">Bytes; 0 means to the end of the file.</param>
    /// <locks>Takes: invalidate (Fill) in pieces of 2 MiB, folio.</locks>
    public void AdviseWillNeed(long position, long length)
    {
        if (Cache is Mapping mapping && !IsClosed)
        {
            Pages(position, length, out long first, out long last);
            mapping.WillNeed(first, last);
        }
    }

    /// <summary>The range is not needed any more: drops its clean pages that nobody uses
    /// (POSIX_FADV_DONTNEED).</summary>
    /// <param name="position">First byte, not negative.</param>
    /// <param name="length">Bytes; 0 means to the end of the file.</param>
    /// <returns>Pages dropped.</returns>
    /// <locks>Takes: folio by trylock.</locks>
    public long AdviseDontNeed(long position, long length)
    {
        if (Cache is not Mapping mapping || IsClosed)
        {
            return 0;
        }

        Pages(position, length, out long first, out long last);
        return mapping.DropClean(first, last);
    }

    private static void Pages(long position, long length, out long first, out long last)
    {
        long start = Math.Max(0, position);
        long end = length <= 0 || length > long.MaxValue - start ? long.MaxValue : start + length;
        first = start >> Folio.PageShift;
        last = (end - 1) >> Folio.PageShift;
    }
}
