// Listing the extents of a file (FS_IOC_FIEMAP).

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Lists extents; neighbours that continue each other on the device are joined.</summary>
public static class Fiemap
{
    /// <summary>Lists the extents of a range.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="start">First byte of interest.</param>
    /// <param name="end">First byte of no interest; <see cref="long.MaxValue"/> for all, also what
    /// lies past the size.</param>
    /// <param name="extents">The extents, appended in file order.</param>
    /// <returns>Success or the driver's refusal.</returns>
    /// <errors>Damage throws <see cref="FsException"/>; the extents before it are in the list.</errors>
    /// <locks>Caller: inode lock shared. Takes: block-map lock.</locks>
    public static Result List(IIomapOps ops, long start, long end, ICollection<FileExtent> extents)
    {
        FileExtent? pending = null;
        long at = start;
        while (at < end)
        {
            Result mapped = IomapWalk.Begin(ops, at, end - at, IomapIntent.Report, out Iomap iomap);
            if (!mapped.IsOk)
            {
                return mapped;
            }

            ops.End(iomap, 0);
            if (iomap.Type != IomapType.Hole)
            {
                FileExtent extent = new(
                    iomap.Position, iomap.Length, iomap.Address, iomap.Type, iomap.Flags);
                pending = Join(pending, extent, extents);
            }

            at = iomap.End;
        }

        if (pending is FileExtent last)
        {
            extents.Add(last with { Flags = last.Flags | IomapFlags.Last });
        }

        return Result.Ok;
    }

    private static FileExtent Join(
        FileExtent? pending, FileExtent extent, ICollection<FileExtent> extents)
    {
        if (pending is not FileExtent before)
        {
            return extent;
        }

        bool continues = before.Type == extent.Type
            && before.Type != IomapType.Inline
            && before.Flags == extent.Flags
            && before.Position + before.Length == extent.Position
            && before.Address + before.Length == extent.Address;
        if (continues)
        {
            return before with { Length = before.Length + extent.Length };
        }

        extents.Add(before);
        return extent;
    }
}
