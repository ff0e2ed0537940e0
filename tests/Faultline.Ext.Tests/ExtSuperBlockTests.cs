// Goal: a superblock made by the tools is read as they print it; one that lies is refused for the
// right reason, a feature by its name.

using System;
using System.IO;
using System.Linq;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Format;

namespace Faultline.Ext.Tests;

public sealed class ExtSuperBlockTests : IDisposable
{
    private readonly ExtImage _image = new(
        16L << 20, "-t", "ext4", "-b", "1024", "-L", "a label", "-U", "01234567-89ab-cdef-0123-456789abcdef");

    public void Dispose() => _image.Dispose();

    private delegate void Change(ref SuperBlockDisk disk);

    private Result<ExtSuperBlock> Parse(Change change, bool isRepaired = true)
    {
        byte[] bytes = File.ReadAllBytes(_image.Path).AsSpan(1024, 1024).ToArray();
        ref SuperBlockDisk disk = ref Disk.Overlay<SuperBlockDisk>(bytes);
        change(ref disk);
        if (isRepaired)
        {
            disk.Checksum = Crc32c.Update(uint.MaxValue, bytes.AsSpan(0, 0x3FC));
        }

        return ExtSuperBlock.Parse(bytes);
    }

    private static string FeatureLine(string printed) => printed.Split('\n').First(
        static line => line.StartsWith("Filesystem features:", StringComparison.Ordinal));

    private void Refused(Reason reason, Change change) => Assert.Same(reason, Parse(change).Error.Reason);

    [Fact]
    public void SuperBlock_IsReadAsTheToolsPrintIt()
    {
        ExtSuperBlock super = Parse(static (ref SuperBlockDisk _) => { }).OrThrow();
        string printed = Tool.Run("dumpe2fs", "-h", _image.Path);
        string features = FeatureLine(printed);
        Assert.Equal(
            features["Filesystem features:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            super.Features);
        Assert.Contains($"Block count:              {super.BlockCount}\n", printed, StringComparison.Ordinal);
        Assert.Contains($"Inode count:              {super.InodeCount}\n", printed, StringComparison.Ordinal);
        Assert.Contains($"Free blocks:              {super.FreeBlockCount}\n", printed, StringComparison.Ordinal);
        Assert.Equal("a label", super.Label);
        Assert.Equal("01234567-89ab-cdef-0123-456789abcdef", super.Uuid.ToString());
        Assert.Equal(2UL, super.GroupCount);
        Assert.True(super.IsClean);
    }

    [Fact]
    public void EveryFeatureBit_IsNamedAsTheToolsNameIt()
    {
        _image.Change(
            "set_super_value feature_compat 0xffffffff", "set_super_value feature_incompat 0xffffffff",
            "set_super_value feature_ro_compat 0xffffffff");
        string script = _image.Path + ".features";
        File.WriteAllLines(script, [
            "set_super_value feature_compat 0xffffffff", "set_super_value feature_incompat 0xffffffff",
            "set_super_value feature_ro_compat 0xffffffff", "features"]);
        using ExtImage other = new(8L << 20, "-t", "ext2");
        string printed = Tool.Run("debugfs", "-w", "-f", script, other.Path);
        string line = FeatureLine(printed);
        Assert.Equal(
            line["Filesystem features:".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries),
            FeatureNames.All(
                (FeatureCompat)uint.MaxValue, (FeatureIncompat)uint.MaxValue, (FeatureReadOnlyCompat)uint.MaxValue));
    }

    [Fact]
    public void UnknownFeature_IsRefusedByName()
    {
        FsError error = Parse(static (ref SuperBlockDisk d) =>
            d.FeatureIncompat = d.FeatureIncompat | 0x8000_0001).Error;
        Assert.Same(ExtReasons.SuperIncompat, error.Reason);
        Assert.Equal("compression FEATURE_I31 (mask 0x80000001)", error.Detail);
        Assert.True(Parse(static (ref SuperBlockDisk d) => d.FeatureReadOnlyCompat =
            d.FeatureReadOnlyCompat | 0x8000_0000).IsOk);
    }

    [Fact]
    public void EachLie_IsRefusedForItsReason()
    {
        Refused(ExtReasons.SuperMagic, static (ref SuperBlockDisk d) => d.Magic = 0);
        Refused(ExtReasons.SuperRevision, static (ref SuperBlockDisk d) => d.Revision = 2);
        Refused(ExtReasons.SuperJournalDevice, static (ref SuperBlockDisk d) => d.FeatureIncompat = 8);
        Refused(ExtReasons.SuperEncoding, static (ref SuperBlockDisk d) =>
            d.FeatureIncompat = d.FeatureIncompat | 0x20000);
        Refused(ExtReasons.SuperChecksumType, static (ref SuperBlockDisk d) => d.ChecksumType = 2);
        Refused(ExtReasons.SuperBlockSize, static (ref SuperBlockDisk d) => d.BlockSizeLog = 7);
        Refused(ExtReasons.SuperBlockSize, static (ref SuperBlockDisk d) => d.BlockSizeLog = uint.MaxValue);
        Refused(ExtReasons.SuperInodeSize, static (ref SuperBlockDisk d) => d.InodeSize = 200);
        Refused(ExtReasons.SuperInodeSize, static (ref SuperBlockDisk d) => d.InodeSize = 2048);
        Refused(ExtReasons.SuperInodeSize, static (ref SuperBlockDisk d) => d.DescriptorSize = 32);
        Refused(ExtReasons.SuperGroupSize, static (ref SuperBlockDisk d) => d.BlocksPerGroup = 0);
        Refused(ExtReasons.SuperGroupSize, static (ref SuperBlockDisk d) => d.BlocksPerGroup = 8193);
        Refused(ExtReasons.SuperGroupSize, static (ref SuperBlockDisk d) => d.InodesPerGroup = 0);
        Refused(ExtReasons.SuperGroupSize, static (ref SuperBlockDisk d) => d.InodesPerGroup = 8200);
        Refused(ExtReasons.SuperGroupSize, static (ref SuperBlockDisk d) => d.GroupsPerFlexLog = 32);
        Refused(ExtReasons.SuperCounts, static (ref SuperBlockDisk d) => d.BlockCountHigh = uint.MaxValue);
        Refused(ExtReasons.SuperCounts, static (ref SuperBlockDisk d) => d.BlockCountLow = 1);
        Refused(ExtReasons.SuperCounts, static (ref SuperBlockDisk d) => d.FirstDataBlock = 2);
        Refused(ExtReasons.SuperInodeCounts, static (ref SuperBlockDisk d) => d.InodeCount = 5);
        Refused(ExtReasons.SuperInodeCounts, static (ref SuperBlockDisk d) => d.FirstInode = 3);
        Assert.Same(
            ExtReasons.SuperChecksum,
            Parse(static (ref SuperBlockDisk d) => d.MountCount = 9, isRepaired: false).Error.Reason);
    }

    [Fact]
    public void VolumeLargerThanItsDevice_IsRefused()
    {
        byte[] bytes = File.ReadAllBytes(_image.Path);
        MemoryDevice device = MemoryDevice.Of(bytes.AsSpan(0, bytes.Length - 1024));
        Assert.Same(
            ExtReasons.SuperDeviceSize, ExtVolume.Open(device, new ExtOpenOptions()).Error.Reason);
        Assert.Same(
            ExtReasons.SuperTooSmall,
            ExtVolume.Open(new MemoryDevice(2000), new ExtOpenOptions()).Error.Reason);
    }
}
