// Reads a piece of a file that was opened with O_DIRECT into a buffer that is large enough for whole blocks.

using System;
using Faultline.Base;
using Faultline.Vfs.Files;

namespace Faultline.Files;

/// <summary>Direct reads in pieces whose length need not be aligned.</summary>
internal static class WholeRead
{
    /// <summary>Every device's blocks divide this.</summary>
    private const int AlignmentBytes = 4096;

    /// <summary>Reads from an aligned position.</summary>
    /// <param name="file">Opened with O_DIRECT.</param>
    /// <param name="position">First byte, a multiple of the device's block size.</param>
    /// <param name="end">First byte that is not wanted.</param>
    /// <param name="buffer">A multiple of 4096 bytes.</param>
    /// <returns>Bytes at the start of the buffer, at most end - position.</returns>
    /// <errors>Those of <see cref="OpenFile.Read"/>.</errors>
    internal static Result<int> Read(OpenFile file, long position, long end, Span<byte> buffer)
    {
        int wanted = (int)Math.Min(buffer.Length, end - position);
        Result<int> read = file.Read(position, buffer.Slice(0, (int)Bits.AlignUp(wanted, AlignmentBytes)));
        return read.TryGet(out int count, out FsError error) ? Math.Min(count, wanted) : error;
    }
}
