// A file as the writing operations see it.

using Faultline.PageCache;

namespace Faultline.Iomap;

/// <summary>A regular file that can be written: its cache, its maps, its size.</summary>
public interface IIomapFile
{
    /// <summary>The page cache of the file.</summary>
    Mapping Mapping { get; }

    /// <summary>The maps of the file.</summary>
    IIomapWriter Writer { get; }

    /// <summary>Direct transfers in flight.</summary>
    DirectIoDrain DirectIo { get; }

    /// <summary>Size in bytes; read with acquire.</summary>
    long SizeBytes { get; }

    /// <summary>Sets the size in memory, with release: what it newly covers is in the cache already.</summary>
    /// <param name="sizeBytes">Not negative.</param>
    /// <locks>Caller: inode lock exclusive.</locks>
    void SetSize(long sizeBytes);

    /// <summary>Fails a check unless the caller holds the inode lock.</summary>
    /// <param name="exclusive">Whether shared is not enough.</param>
    void AssertInodeLocked(bool exclusive);
}
