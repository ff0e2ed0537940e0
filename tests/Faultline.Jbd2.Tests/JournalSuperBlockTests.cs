// Goal: a journal superblock that lies is refused for the right reason.

using Faultline.Base;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Tests;

public sealed class JournalSuperBlockTests
{
    private static byte[] Valid()
    {
        byte[] bytes = new byte[1024];
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(bytes);
        disk.Header.Magic = JournalBlockHeaderDisk.ExpectedMagic;
        disk.Header.BlockType = (uint)JournalBlockType.SuperBlockV2;
        disk.BlockSize = 4096;
        disk.BlockCount = 1024;
        disk.FirstBlock = 1;
        disk.Sequence = 7;
        return bytes;
    }

    private delegate void Change(ref JournalSuperBlockDisk disk);

    private static void Refused(Reason reason, Change change)
    {
        byte[] bytes = Valid();
        change(ref Disk.Overlay<JournalSuperBlockDisk>(bytes));
        Result<JournalSuperBlock> result = JournalSuperBlock.Parse(bytes, 4096, 1024);
        Assert.False(result.IsOk);
        Assert.Same(reason, result.Error.Reason);
    }

    [Fact]
    public void ValidSuperBlock_IsTaken()
    {
        JournalSuperBlock super = JournalSuperBlock.Parse(Valid(), 4096, 1024).OrThrow();
        Assert.Equal(7U, super.Sequence.Value);
        Assert.False(super.IsDirty);
        Assert.Equal(1023U, super.LogBlockCount);
    }

    [Fact]
    public void EachLie_IsRefusedForItsReason()
    {
        Refused(Jbd2Reasons.SuperMagic, static (ref JournalSuperBlockDisk d) => d.Header.Magic = 1);
        Refused(Jbd2Reasons.SuperVersion, static (ref JournalSuperBlockDisk d) => d.Header.BlockType = 5);
        Refused(Jbd2Reasons.SuperBlockSize, static (ref JournalSuperBlockDisk d) => d.BlockSize = 1024);
        Refused(Jbd2Reasons.SuperLength, static (ref JournalSuperBlockDisk d) => d.BlockCount = 1025);
        Refused(Jbd2Reasons.SuperGeometry, static (ref JournalSuperBlockDisk d) => d.FirstBlock = 0);
        Refused(Jbd2Reasons.SuperGeometry, static (ref JournalSuperBlockDisk d) => d.FirstBlock = 1024);
        Refused(Jbd2Reasons.SuperGeometry, static (ref JournalSuperBlockDisk d) => d.FirstBlock = uint.MaxValue);
        Refused(Jbd2Reasons.SuperGeometry, static (ref JournalSuperBlockDisk d) => d.Start = uint.MaxValue);
        Refused(Jbd2Reasons.SuperGeometry, static (ref JournalSuperBlockDisk d) =>
        {
            d.FeatureIncompat = 0x20;
            d.FastCommitBlockCount = uint.MaxValue;
        });
        Refused(Jbd2Reasons.SuperChecksumVersions, static (ref JournalSuperBlockDisk d) => d.FeatureIncompat = 0x18);
        Refused(Jbd2Reasons.SuperChecksumType, static (ref JournalSuperBlockDisk d) => d.FeatureIncompat = 0x10);
        Refused(Jbd2Reasons.SuperChecksum, static (ref JournalSuperBlockDisk d) =>
        {
            d.FeatureIncompat = 0x10;
            d.ChecksumType = 4;
        });
    }

    [Fact]
    public void UnknownFeature_IsNamed()
    {
        byte[] bytes = Valid();
        Disk.Overlay<JournalSuperBlockDisk>(bytes).FeatureIncompat = 0x8000_0000;
        FsError error = JournalSuperBlock.Parse(bytes, 4096, 1024).Error;
        Assert.Same(Jbd2Reasons.SuperIncompat, error.Reason);
        Assert.Equal("FEATURE_I31 (mask 0x80000000)", error.Detail);
    }

    [Fact]
    public void Version1_HasNoFeatures()
    {
        byte[] bytes = Valid();
        ref JournalSuperBlockDisk disk = ref Disk.Overlay<JournalSuperBlockDisk>(bytes);
        disk.Header.BlockType = (uint)JournalBlockType.SuperBlockV1;
        disk.FeatureIncompat = uint.MaxValue;
        JournalSuperBlock super = JournalSuperBlock.Parse(bytes, 4096, 1024).OrThrow();
        Assert.Equal(1, super.Version);
        Assert.Equal(0, super.ChecksumVersion);
    }
}
