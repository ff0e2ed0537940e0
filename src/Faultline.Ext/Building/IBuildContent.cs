// Where the bytes of a file come from while a volume is built.

using System;

namespace Faultline.Ext.Building;

/// <summary>The bytes of a file. Any number of threads may read at once.</summary>
public interface IBuildContent
{
    /// <summary>Reads bytes.</summary>
    /// <param name="position">Offset in the file, bytes.</param>
    /// <param name="buffer">Filled entirely, holes with zeros; ends inside the file.</param>
    /// <errors>FsException: what the source says; EIO it ends early.</errors>
    void Read(long position, Span<byte> buffer);
}
