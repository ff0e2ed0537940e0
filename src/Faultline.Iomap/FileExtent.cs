// One extent of a file, as fiemap reports it.

namespace Faultline.Iomap;

/// <summary>A run of file bytes that lies in one run of device bytes.</summary>
/// <param name="Position">First file byte.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Address">First device byte; 0 for inline data.</param>
/// <param name="Type">Mapped, Unwritten, Delalloc or Inline; holes are not reported.</param>
/// <param name="Flags">More properties.</param>
public readonly record struct FileExtent(
    long Position, long Length, long Address, IomapType Type, IomapFlags Flags);
