// Reads contents of files that the driver itself needs: link targets, attribute values, the orphan
// file. Data of users go through the page cache instead. What a transaction changed is newer in the buffer cache than
// on the device.

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Reads contents of files past the page cache.</summary>
/// <param name="device">The volume's device.</param>
/// <param name="blockSize">Bytes of a block.</param>
/// <param name="map">Block maps.</param>
/// <param name="buffers">The volume's metadata blocks.</param>
internal sealed class FileContents(IBlockDevice device, int blockSize, BlockMap map, BufferCache buffers)
{
    /// <summary>Reads contents; holes and unwritten blocks are zeros.</summary>
    /// <param name="inode">An inode whose data are in blocks.</param>
    /// <param name="position">Byte offset in the file, not negative.</param>
    /// <param name="buffer">Filled entirely; the caller minds the size of the file.</param>
    internal void Read(InodeRecord inode, long position, Span<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            ulong block = (ulong)(position / blockSize);
            long inBlock = position % blockSize;
            MappedRange range = map.Lookup(inode, block);
            ulong blocksLeft = ulong.Min(range.End - block, int.MaxValue / (ulong)blockSize);
            int length = (int)long.Min(((long)blocksLeft * blockSize) - inBlock, buffer.Length);
            if (range.State == MapState.Written)
            {
                length = ReadWritten(range.At(block), (int)inBlock, buffer.Slice(0, length));
            }
            else
            {
                buffer.Slice(0, length).Clear();
            }

            buffer = buffer.Slice(length);
            position += length;
        }
    }

    // As many bytes as come from one place.
    private int ReadWritten(BlockNumber block, int inBlock, Span<byte> buffer)
    {
        if (buffers.Peek(block) is MetadataBuffer cached)
        {
            ReadOnlySpan<byte> bytes = cached.Bytes.Slice(inBlock);
            int taken = Math.Min(bytes.Length, buffer.Length);
            bytes.Slice(0, taken).CopyTo(buffer);
            return taken;
        }

        // Only up to the next block that is newer in memory.
        int length = Math.Min(blockSize - inBlock, buffer.Length);
        ulong next = block.Value + 1;
        while ((length < buffer.Length) && buffers.Peek(new BlockNumber(next)) is null)
        {
            length = Math.Min(length + blockSize, buffer.Length);
            next++;
        }

        device.Read(((long)block.Value * blockSize) + inBlock, buffer.Slice(0, length));
        return length;
    }
}
