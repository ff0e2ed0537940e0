// Finding data and holes (lseek with SEEK_DATA and SEEK_HOLE).

using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Seeks over maps. An unwritten range is a hole: nobody can have stored in it without a write.</summary>
public static class Seek
{
    /// <summary>The first data at or after a position.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="position">Where to start, not negative.</param>
    /// <returns>A position below the size.</returns>
    /// <errors>ENXIO at or past the end, or only holes follow; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared. Takes: block-map lock.</locks>
    public static Result<long> Data(IIomapOps ops, long sizeBytes, long position)
    {
        Result<long> found = Find(ops, sizeBytes, position, wantsData: true);
        return found.IsOk && found.Value >= sizeBytes ? IomapReasons.NoMoreData : found;
    }

    /// <summary>The first hole at or after a position; the end of the file counts as one.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="position">Where to start, not negative.</param>
    /// <returns>A position up to the size.</returns>
    /// <errors>ENXIO at or past the end; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared. Takes: block-map lock.</locks>
    public static Result<long> Hole(IIomapOps ops, long sizeBytes, long position) =>
        Find(ops, sizeBytes, position, wantsData: false);

    private static Result<long> Find(IIomapOps ops, long sizeBytes, long position, bool wantsData)
    {
        if (position >= sizeBytes)
        {
            return IomapReasons.SeekPastEnd;
        }

        long at = position;
        while (at < sizeBytes)
        {
            Result mapped = IomapWalk.Begin(ops, at, sizeBytes - at, IomapIntent.Report, out Iomap iomap);
            if (!mapped.IsOk)
            {
                return mapped.Error;
            }

            bool isData = iomap.Type is IomapType.Mapped or IomapType.Inline or IomapType.Delalloc;
            ops.End(iomap, 0);
            if (isData == wantsData)
            {
                return at;
            }

            at = iomap.End;
        }

        return sizeBytes;
    }
}
