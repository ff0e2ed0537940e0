// What backs a range of a file.

namespace Faultline.Iomap;

/// <summary>What backs a range of a file.</summary>
/// <source>Linux Documentation/filesystems/iomap/design.rst</source>
public enum IomapType
{
    /// <summary>Nothing: reads as zeros.</summary>
    Hole,

    /// <summary>Dirty in the cache, not yet allocated.</summary>
    Delalloc,

    /// <summary>Allocated and written: <see cref="Iomap.Address"/> says where.</summary>
    Mapped,

    /// <summary>Allocated, never written: reads as zeros.</summary>
    Unwritten,

    /// <summary>The bytes are <see cref="Iomap.InlineData"/>, stored inside metadata.</summary>
    Inline,
}
