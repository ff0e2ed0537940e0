// Where the bytes of a write come from. The caller's memory may be a view of a file whose pages are not there: touching
// it would fault, and a fault may need the very folio that the writer has locked (R10). So it is touched in two steps.

using System;

namespace Faultline.Iomap.Writing;

/// <summary>Memory of a caller, read without faulting under a lock.</summary>
public interface IWriteSource
{
    /// <summary>Bytes to write.</summary>
    int Length { get; }

    /// <summary>Makes bytes present; may fault, wait, take locks.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>Bytes from the offset that are present; 0 when the memory is not the caller's (EFAULT).</returns>
    /// <locks>Caller: nothing deeper than the inode lock.</locks>
    int Prefault(int offset, int length);

    /// <summary>Copies without faulting.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="destination">Where to.</param>
    /// <returns>Bytes copied; fewer when the memory has gone again.</returns>
    int CopyTo(int offset, Span<byte> destination);
}
