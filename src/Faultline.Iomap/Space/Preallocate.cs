// fallocate(2) without a mode, or with FALLOC_FL_KEEP_SIZE alone.

using Faultline.Base;

namespace Faultline.Iomap.Space;

/// <summary>Allocating space ahead of writing.</summary>
public static class Preallocate
{
    /// <summary>Allocates what is a hole in a range; it reads as zeros.</summary>
    /// <param name="file">The file.</param>
    /// <param name="start">First byte.</param>
    /// <param name="end">First byte after the range.</param>
    /// <param name="keepSize">Whether the file keeps its size when the range ends behind it.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP no unwritten extents; EFBIG; ENOSPC: the size has not changed.</errors>
    /// <locks>Caller: inode lock exclusive. Takes: block map; Invalidate from the old end on when the file
    /// grows.</locks>
    /// <source>fallocate(2)</source>
    public static Result Run(IIomapFile file, long start, long end, bool keepSize)
    {
        file.AssertInodeLocked(exclusive: true);
        if (!file.Writer.HasUnwrittenExtents)
        {
            return IomapReasons.NoUnwritten;
        }

        if (end > file.Writer.SizeBytesMax)
        {
            return IomapReasons.AllocateTooLarge;
        }

        Result allocated = file.Writer.AllocateRange(start, end);
        return allocated.IsOk && !keepSize && end > file.SizeBytes ? Truncate.Grow(file, end) : allocated;
    }
}
