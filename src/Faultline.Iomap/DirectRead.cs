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
    /// <returns>Bytes read; fewer than asked at the end of the file, or before a transfer that failed.</returns>
    /// <errors>EINVAL not aligned; what <see cref="IIomapOps.Begin"/> refuses; damage throws
    /// <see cref="FsException"/> when nothing could be read before it.</errors>
    /// <locks>Caller: inode lock shared, and the direct-I/O drain of the range. Takes: block-map lock.</locks>
    public static Result<int> Read(IIomapOps ops, long sizeBytes, long position, Span<byte> destination)
    {
        long mask = ops.Device.LogicalBlockSize - 1;
        if (((position | (long)destination.Length) & mask) != 0)
        {
            return IomapReasons.Unaligned;
        }

        int done = 0;
        try
        {
            while (done < destination.Length && position + done < sizeBytes)
            {
                long at = position + done;
                int wanted = (int)Math.Min(destination.Length - done, sizeBytes - at);
                Result<int> read = ReadMap(ops, at, destination.Slice(done, wanted));
                if (!read.TryGet(out int count, out FsError error))
                {
                    return done > 0 ? done : error;
                }

                done += count;
            }
        }
        catch (FsException) when (done > 0)
        {
            // OK: because what was read counts; the next read meets the damage.
            return done;
        }

        return done;
    }

    // Reads what one map covers.
    private static Result<int> ReadMap(IIomapOps ops, long position, Span<byte> destination)
    {
        Result mapped = IomapWalk.Begin(ops, position, destination.Length, IomapIntent.Read, out Iomap iomap);
        if (!mapped.IsOk)
        {
            return mapped.Error;
        }

        int length = (int)Math.Min(iomap.End - position, destination.Length);
        int done = 0;
        try
        {
            Span<byte> target = destination.Slice(0, length);
            switch (iomap.Type)
            {
                case IomapType.Mapped:
                    ops.Device.Read(iomap.Address + (position - iomap.Position), target);
                    break;
                case IomapType.Inline:
                    IomapWalk.CopyInline(iomap, position, target);
                    break;
                case IomapType.Hole:
                case IomapType.Delalloc:
                case IomapType.Unwritten:
                    target.Clear();
                    break;
            }

            done = length;
        }
        finally
        {
            ops.End(iomap, done);
        }

        return length;
    }
}
