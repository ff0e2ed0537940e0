// What splice(2) needs of a file beyond what everybody calls.

using System;
using Faultline.Base;
using Faultline.Iomap.Writing;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>Whether bytes may be written at a position.</summary>
    /// <param name="position">File offset.</param>
    /// <returns>Success, or why not.</returns>
    internal Result MayWriteAt(long position) => MayWrite(position);

    /// <summary>Writes through the page cache, for a caller who has entered already.</summary>
    /// <param name="position">File offset.</param>
    /// <param name="source">The bytes.</param>
    /// <returns>Bytes written.</returns>
    /// <errors>As <see cref="Write(long, ReadOnlySpan{byte})"/>.</errors>
    /// <locks>Caller: freeze level Write, maybe a pipe. Takes: inode lock exclusive, what buffered writes take.</locks>
    internal Result<int> WriteEntered(long position, ReadOnlySpan<byte> source)
    {
        Result<int> written = WriteBuffered(position, new SpanSource(source), out long end);
        return written.IsOk && written.Value > 0 ? AfterWrite(written.Value, end) : written;
    }
}
