// A device with a journal of our own making, small enough to be full all the time.

using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Tests;

internal static class SmallJournal
{
    internal const int BlockSize = 1024;
    internal const uint FirstBlock = 1000;
    internal const uint BlockCount = 300;

    internal static MemoryDevice NewDevice(uint sequence = 1)
    {
        MemoryDevice device = new((FirstBlock + BlockCount) * BlockSize);
        device.Write(FirstBlock * BlockSize, NewSuper(sequence));
        return device;
    }

    internal static JournalLocation Locate(IBlockDevice device) =>
        new(device, BlockSize, [new JournalExtent(0, FirstBlock, BlockCount)]);

    private static byte[] NewSuper(uint sequence)
    {
        byte[] bytes = new byte[JournalSuperBlockDisk.SizeBytes];
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(bytes);
        disk.Header.Magic = JournalBlockHeaderDisk.ExpectedMagic;
        disk.Header.BlockType = (uint)JournalBlockType.SuperBlockV2;
        disk.BlockSize = BlockSize;
        disk.BlockCount = BlockCount;
        disk.FirstBlock = 1;
        disk.Sequence = sequence;
        disk.UserCount = 1;
        return bytes;
    }
}
