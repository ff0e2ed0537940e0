// The loop under every operation: map, check the map, hand it to the work, go on.

using System;
using Faultline.Base;

namespace Faultline.Iomap;

/// <summary>Walks the maps of a byte range.</summary>
internal static class IomapWalk
{
    /// <summary>Maps a position and checks that the answer covers it.</summary>
    /// <param name="ops">The file.</param>
    /// <param name="position">Where.</param>
    /// <param name="length">How much is wanted, &gt; 0.</param>
    /// <param name="intent">Why.</param>
    /// <param name="iomap">The map.</param>
    /// <returns>Success or the driver's refusal.</returns>
    internal static Result Begin(
        IIomapOps ops, long position, long length, IomapIntent intent, out Iomap iomap)
    {
        Result result = ops.Begin(position, length, intent, out iomap);
        if (!result.IsOk)
        {
            return result;
        }

        // A driver that answers a useless map would make every loop endless.
        if (iomap.Position > position || iomap.End <= position)
        {
            throw new FsException(IomapReasons.MapOutside.With(
                $"[{iomap.Position}, {iomap.End}) for {position}"));
        }

        return Result.Ok;
    }

    /// <summary>Copies from an inline map; what lies after its bytes is zero.</summary>
    /// <param name="iomap">A map of type Inline.</param>
    /// <param name="position">File position of the first byte wanted.</param>
    /// <param name="destination">Where to.</param>
    internal static void CopyInline(in Iomap iomap, long position, Span<byte> destination)
    {
        ReadOnlySpan<byte> data = iomap.InlineData.Span;
        int skip = (int)Math.Min(position - iomap.Position, data.Length);
        ReadOnlySpan<byte> rest = data.Slice(skip);
        int length = Math.Min(rest.Length, destination.Length);
        rest.Slice(0, length).CopyTo(destination);
        destination.Slice(length).Clear();
    }
}
