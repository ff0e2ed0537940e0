// Finding data and holes (lseek with SEEK_DATA and SEEK_HOLE).

using System;
using Faultline.Base;
using Faultline.PageCache;

namespace Faultline.Iomap;

/// <summary>Seeks over maps. An unwritten range is a hole but for what the cache holds dirty of it.</summary>
public static class Seek
{
    /// <summary>The first data at or after a position.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="position">Where to start, not negative.</param>
    /// <param name="mapping">The cache, for files that are written; null when nothing can be dirty.</param>
    /// <returns>A position below the size.</returns>
    /// <errors>ENXIO at or past the end, or only holes follow; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared. Takes: block-map lock.</locks>
    public static Result<long> Data(IIomapOps ops, long sizeBytes, long position, Mapping? mapping = null)
    {
        Result<long> found = Find(ops, sizeBytes, position, mapping, wantsData: true);
        return found.IsOk && found.Value >= sizeBytes ? IomapReasons.NoMoreData : found;
    }

    /// <summary>The first hole at or after a position; the end of the file counts as one.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="position">Where to start, not negative.</param>
    /// <param name="mapping">The cache, for files that are written; null when nothing can be dirty.</param>
    /// <returns>A position up to the size.</returns>
    /// <errors>ENXIO at or past the end; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared. Takes: block-map lock.</locks>
    public static Result<long> Hole(IIomapOps ops, long sizeBytes, long position, Mapping? mapping = null) =>
        Find(ops, sizeBytes, position, mapping, wantsData: false);

    private static Result<long> Find(
        IIomapOps ops, long sizeBytes, long position, Mapping? mapping, bool wantsData)
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

            ops.End(iomap, 0);
            long stop = Math.Min(iomap.End, sizeBytes);
            if (iomap.Type == IomapType.Unwritten && mapping is not null)
            {
                long found = FindCached(ops, iomap, mapping, at, stop, wantsData);
                if (found < stop)
                {
                    return found;
                }

                at = found == stop ? stop : at;
                continue;
            }

            bool isData = iomap.Type is IomapType.Mapped or IomapType.Inline or IomapType.Delalloc;
            if (isData == wantsData)
            {
                return at;
            }

            at = stop;
        }

        return sizeBytes;
    }

    // Within an unwritten range: the cache knows what was stored and is not on the device yet. Long.MaxValue when the
    // map changed meanwhile.
    private static long FindCached(
        IIomapOps ops, in Iomap iomap, Mapping mapping, long start, long end, bool wantsData)
    {
        // Under writeback nothing is dirty any more, and the map does not say so yet. Looked at again afterwards,
        // before the map: writeback may have begun meanwhile, and what has ended since has changed the map.
        long first = start >> Folio.PageShift;
        long last = (end - 1) >> Folio.PageShift;
        mapping.WaitWriteback(first, last);
        long found = wantsData ? mapping.NextDirty(start, end) : mapping.NextClean(start, end);
        bool isStale = mapping.HasWriteback(first, last) || (ops is IIomapWriter writer && writer.IsStale(iomap));
        return isStale ? long.MaxValue : found;
    }
}
