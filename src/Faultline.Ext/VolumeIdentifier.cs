// What a superblock says of its volume before anything of it is trusted: damaged or unsupported
// volumes are recognised too, so that opening them can say what is wrong.

using System;
using System.Text;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <summary>Recognises ext volumes.</summary>
internal static class VolumeIdentifier
{
    /// <summary>Identity of a volume.</summary>
    /// <param name="bytes">The superblock.</param>
    /// <returns>What it says of itself, or null when it is none.</returns>
    internal static VolumeIdentity? Identify(ReadOnlySpan<byte> bytes)
    {
        ref readonly SuperBlockDisk disk = ref Disk.View<SuperBlockDisk>(bytes);
        if (disk.Magic != SuperBlockDisk.ExpectedMagic)
        {
            return null;
        }

        FeatureIncompat incompat = (FeatureIncompat)disk.FeatureIncompat.Value;
        bool is64Bit = (incompat & FeatureIncompat.SixtyFourBit) != 0;
        ulong blocks = is64Bit
            ? Bits.Join(disk.BlockCountHigh.Value, disk.BlockCountLow.Value)
            : disk.BlockCountLow;
        int blockSizeLog = 10 + (int)uint.Min(disk.BlockSizeLog, 6);
        ulong size = ulong.Min(blocks, ulong.MaxValue >> blockSizeLog) << blockSizeLog;
        ReadOnlySpan<byte> label = bytes.Slice(0x78, Bytes16.Length);
        int end = label.IndexOf((byte)0);
        return new VolumeIdentity(
            TypeNameOf(disk),
            Encoding.UTF8.GetString(end < 0 ? label : label.Slice(0, end)),
            Uuid.Read(bytes.Slice(0x68, Bytes16.Length)),
            size);
    }

    /// <summary>Name of the type by the features in use: whatever ext3 does not know is
    /// ext4.</summary>
    /// <param name="disk">The superblock.</param>
    /// <returns>ext2, ext3, ext4 or jbd.</returns>
    internal static string TypeNameOf(in SuperBlockDisk disk)
    {
        const FeatureIncompat OldIncompat = FeatureIncompat.FileType
            | FeatureIncompat.NeedsRecovery | FeatureIncompat.MetaGroups;
        const FeatureReadOnlyCompat OldReadOnlyCompat =
            FeatureReadOnlyCompat.SparseSuper | FeatureReadOnlyCompat.LargeFile;
        FeatureIncompat incompat = (FeatureIncompat)disk.FeatureIncompat.Value;
        FeatureReadOnlyCompat readOnlyCompat =
            (FeatureReadOnlyCompat)disk.FeatureReadOnlyCompat.Value;
        if ((incompat & FeatureIncompat.JournalDevice) != 0)
        {
            return "jbd";
        }

        bool isOld = ((incompat & ~OldIncompat) == 0)
            && ((readOnlyCompat & ~OldReadOnlyCompat) == 0);
        bool hasJournal =
            ((FeatureCompat)disk.FeatureCompat.Value & FeatureCompat.HasJournal) != 0;
        return !isOld ? "ext4" : hasJournal ? "ext3" : "ext2";
    }
}
