// Reading past the page cache, straight into the caller's memory.

using System;
using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Direct reads (O_DIRECT).</summary>
public static class DirectRead
{
    /// <summary>Reads file bytes from the device.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="position">File offset, a multiple of the device's logical block size.</param>
    /// <param name="destination">Length a multiple of the device's logical block size.</param>
    /// <returns>Bytes read; fewer than asked at the end of the file.</returns>
    /// <errors>EINVAL not aligned; what <see cref="IIomapOps.Begin"/> refuses; damage throws
    /// <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lock shared, and the direct-I/O drain of the range. Takes: block-map lock.</locks>
    public static Result<int> Read(IIomapOps ops, long sizeBytes, long position, Span<byte> destination)
    {
        long mask = ops.Device.LogicalBlockSize - 1;
        if (((position | (long)destination.Length) & mask) != 0)
        {
            return IomapReasons.Unaligned;
        }

        int done = 0;
        while (done < destination.Length && position + done < sizeBytes)
        {
            long at = position + done;
            long wanted = Math.Min(destination.Length - done, sizeBytes - at);
            Result mapped = IomapWalk.Begin(ops, at, wanted, IomapIntent.Read, out Iomap iomap);
            if (!mapped.IsOk)
            {
                return done > 0 ? done : mapped.Error;
            }

            int length = (int)Math.Min(iomap.End - at, wanted);
            Span<byte> target = destination.Slice(done, length);
            switch (iomap.Type)
            {
                case IomapType.Mapped:
                    ops.Device.Read(iomap.Address + (at - iomap.Position), target);
                    break;
                case IomapType.Inline:
                    IomapWalk.CopyInline(iomap, at, target);
                    break;
                case IomapType.Hole:
                case IomapType.Delalloc:
                case IomapType.Unwritten:
                    target.Clear();
                    break;
            }

            ops.End(iomap, length);
            done += length;
        }

        return done;
    }
}
