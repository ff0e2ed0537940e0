// Making the rest of a block valid before a part of it is changed.

using System;
using Faultline.PageCache;

namespace Faultline.Iomap.Writing;

/// <summary>Reads or zeroes blocks that are about to be changed in part.</summary>
internal static class EdgeBlock
{
    /// <summary>Makes one block of a folio valid.</summary>
    /// <param name="file">The file.</param>
    /// <param name="iomap">A map that covers the block and is not stale.</param>
    /// <param name="folio">The folio.</param>
    /// <param name="offset">The block's first byte in the folio.</param>
    /// <locks>Caller: folio lock; inode lock exclusive, or the invalidate lock over the folio. Reads the
    /// device.</locks>
    internal static void MakeValid(IIomapFile file, in Iomap iomap, Folio folio, int offset)
    {
        int unit = file.Mapping.BlockSizeBytes;
        if (folio.AreUptodate(offset, unit))
        {
            return;
        }

        Span<byte> block = folio.Bytes(offset, unit);
        long position = folio.Position + offset;
        long size = file.SizeBytes;
        if (position >= size)
        {
            block.Clear();
        }
        else
        {
            ReadBlock(file.Writer, iomap, position, block);
            if (size - position < unit)
            {
                block.Slice((int)(size - position)).Clear();
            }
        }

        folio.MarkUptodate(offset, unit);
    }

    private static void ReadBlock(IIomapWriter writer, in Iomap iomap, long position, Span<byte> block)
    {
        long distance = position - iomap.Position;
        switch (iomap.Type)
        {
            case IomapType.Mapped:
                writer.Device.Read(iomap.Address + distance, block);
                break;
            case IomapType.Delalloc when iomap.SourceAddress != Iomap.NoSource:
                writer.Device.Read(iomap.SourceAddress + distance, block);
                break;
            case IomapType.Inline:
                IomapWalk.CopyInline(iomap, position, block);
                break;
            case IomapType.Delalloc:
            case IomapType.Hole:
            case IomapType.Unwritten:
                block.Clear();
                break;
        }
    }
}
