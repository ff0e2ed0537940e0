// Reads contents of files that the driver itself needs: link targets, attribute values, the orphan
// file. Data of users go through the page cache instead.

using System;
using Faultline.Block;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Mapping;

/// <summary>Reads contents of files past the page cache.</summary>
/// <param name="device">The volume's device.</param>
/// <param name="blockSize">Bytes of a block.</param>
/// <param name="map">Block maps.</param>
internal sealed class FileContents(IBlockDevice device, int blockSize, BlockMap map)
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
                long start = ((long)range.At(block).Value * blockSize) + inBlock;
                device.Read(start, buffer.Slice(0, length));
            }
            else
            {
                buffer.Slice(0, length).Clear();
            }

            buffer = buffer.Slice(length);
            position += length;
        }
    }
}
