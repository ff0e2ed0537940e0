// One mapping of file bytes to device bytes, as a driver answers it.

using System;

namespace Faultline.Iomap;

/// <summary>A mapping of a range of file bytes.</summary>
/// <source>Linux Documentation/filesystems/iomap/design.rst</source>
public struct Iomap
{
    /// <summary>What backs the range.</summary>
    public IomapType Type;

    /// <summary>More properties.</summary>
    public IomapFlags Flags;

    /// <summary>First file byte of the range; at or before the position asked for, block-aligned.</summary>
    public long Position;

    /// <summary>Bytes of the range, &gt; 0; reaches past the position asked for. A hole may end at
    /// <see cref="long.MaxValue"/>.</summary>
    public long Length;

    /// <summary>Device byte of the first file byte; meaningful for Mapped and Unwritten.</summary>
    public long Address;

    /// <summary>For Delalloc: device byte of what a block holds until it is written (copy on write), or
    /// <see cref="NoSource"/> when it reads as zeros.</summary>
    public long SourceAddress;

    /// <summary>For Inline: the file's bytes from <see cref="Position"/> (which is 0); may be
    /// shorter than the file, the rest is zero.</summary>
    public ReadOnlyMemory<byte> InlineData;

    /// <summary>Sampled with the mapping; compared again under the folio lock (R7).</summary>
    public ulong ValidityCookie;

    /// <summary>No source: the block reads as zeros.</summary>
    public const long NoSource = -1;

    /// <summary>First file byte after the range.</summary>
    public readonly long End => Length > long.MaxValue - Position ? long.MaxValue : Position + Length;
}
