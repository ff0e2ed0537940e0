// The seam between the operations on files and the drivers: a driver supplies maps (and, for
// writing, ends), nothing else.

using Faultline.Base;
using Faultline.Block;

namespace Faultline.Iomap;

/// <summary>Maps of one file. Implemented by each driver's regular inodes.</summary>
public interface IIomapOps
{
    /// <summary>The device that the addresses of the maps mean.</summary>
    IBlockDevice Device { get; }

    /// <summary>The file system's block size in bytes: a power of two, 512 B to 64 KiB.</summary>
    int BlockSizeBytes { get; }

    /// <summary>Maps file bytes to device bytes.</summary>
    /// <param name="position">File offset in bytes, not negative; need not be block-aligned.</param>
    /// <param name="length">Bytes wanted, &gt; 0. The mapping covers at least the first, maybe not all.</param>
    /// <param name="intent">Why.</param>
    /// <param name="iomap">The mapping.</param>
    /// <returns>Success, or why there is no mapping.</returns>
    /// <errors>ENOKEY encrypted contents; damage throws <see cref="FsException"/> naming inode and block.</errors>
    /// <locks>Caller: inode lock shared, or a mode of the invalidate lock over the range, or asks
    /// with intent Report. Takes: block-map lock, shared; none is held on return.</locks>
    /// <source>Linux Documentation/filesystems/iomap/design.rst</source>
    Result Begin(long position, long length, IomapIntent intent, out Iomap iomap);

    /// <summary>The work over a mapping is done.</summary>
    /// <param name="iomap">The mapping of <see cref="Begin"/>.</param>
    /// <param name="done">Bytes of it that were processed.</param>
    void End(in Iomap iomap, long done);
}
