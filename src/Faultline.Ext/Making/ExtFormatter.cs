// Makes ext2, ext3 and ext4 volumes, and journal devices.

using System;
using System.Security.Cryptography;
using System.Text;
using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Building;
using Faultline.Ext.Format;
using Faultline.Jbd2.Format;

namespace Faultline.Ext.Making;

/// <summary>Makes volumes.</summary>
public static class ExtFormatter
{
    private const int UuidOffset = 0x68;
    private const int LabelOffset = 0x78;
    private const int HashSeedOffset = 0xEC;
    private const int BlockSizeDefault = 4096;
    private const uint JournalDeviceBlocksMin = 1024;

    /// <summary>Makes a volume on a device. What the device held is lost.</summary>
    /// <param name="device">The device; stays the caller's.</param>
    /// <param name="options">How the volume is made.</param>
    /// <returns>What was made.</returns>
    /// <errors>EINVAL, EOPNOTSUPP, ENOSPC, EFBIG: the options, named, with the device untouched; what the device says
    /// is thrown.</errors>
    public static Result<FormatSummary> Format(IBlockDevice device, FormatOptions options)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(options);
        long size = options.SizeBytes ?? device.SizeBytes;
        Result<FeatureSelection> selected = FeatureSelection.Of(options);
        if (!selected.TryGet(out FeatureSelection? features, out FsError error))
        {
            return error;
        }

        if (size > device.SizeBytes)
        {
            return ExtFormatReasons.Device.With($"{size} bytes on {device.SizeBytes}");
        }

        if (features.Has(FeatureIncompat.JournalDevice))
        {
            return FormatJournal(device, options, size);
        }

        Result<FormatPlan> planned = PlanOf(options, features, size);
        if (!planned.TryGet(out FormatPlan? plan, out error))
        {
            return error;
        }

        Result<GroupPlaces> placed = GroupPlaces.Of(plan);
        return placed.TryGet(out GroupPlaces? places, out error)
            ? Write(device, plan, places, null, null)
            : error;
    }

    /// <summary>Whether a volume could be made: decides everything, writes nothing.</summary>
    /// <param name="options">How the volume would be made, with its size.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="Format"/>, of the options.</errors>
    public static Result CanFormat(FormatOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Result<FeatureSelection> selected = FeatureSelection.Of(options);
        if (!selected.TryGet(out FeatureSelection? features, out FsError error))
        {
            return error;
        }

        if (features.Has(FeatureIncompat.JournalDevice))
        {
            return Result.Ok;
        }

        Result<FormatPlan> planned = PlanOf(options, features, options.SizeBytes ?? 0);
        if (!planned.TryGet(out FormatPlan? plan, out error))
        {
            return error;
        }

        Result<GroupPlaces> placed = GroupPlaces.Of(plan);
        return placed.IsOk ? Result.Ok : placed.Error;
    }

    /// <summary>Decides every number of a volume.</summary>
    /// <param name="options">How it is made.</param>
    /// <param name="features">Its features.</param>
    /// <param name="size">Its bytes.</param>
    /// <returns>The plan.</returns>
    /// <errors>As <see cref="Format"/>, of the options.</errors>
    internal static Result<FormatPlan> PlanOf(FormatOptions options, FeatureSelection features, long size)
    {
        Result<UsageProfile> profile = UsageProfile.Of(options.UsageTypes, size);
        return profile.TryGet(out UsageProfile? chosen, out FsError error)
            ? new FormatPlanner(options, features, chosen).Plan(size)
            : error;
    }

    /// <summary>Writes a planned volume.</summary>
    /// <param name="device">The device.</param>
    /// <param name="plan">What the volume will be.</param>
    /// <param name="places">Where the metadata of its groups lie.</param>
    /// <param name="contents">The tree that goes into it, or null.</param>
    /// <param name="writeContents">Writes what the tree holds when it has its places, or null.</param>
    /// <returns>What was made.</returns>
    /// <errors>As <see cref="Format"/>; ENOSPC the tree does not fit.</errors>
    internal static Result<FormatSummary> Write(
        IBlockDevice device,
        FormatPlan plan,
        GroupPlaces places,
        ContentPlacer? contents,
        Action<VolumeWriter>? writeContents)
    {
        Uuid journalUuid = Uuid.Nil;
        byte[] journal = [];
        if (plan.Options.JournalDevice is IBlockDevice external && plan.Features.Has(FeatureCompat.HasJournal))
        {
            Result<byte[]> found = ReadJournal(external, plan.Super.BlockSize, out journalUuid);
            if (!found.TryGet(out byte[]? bytes, out FsError refused))
            {
                return refused;
            }

            journal = bytes;
        }

        if (plan.Options.Discard && !plan.Options.IsBlank)
        {
            device.Discard(0, device.SizeBytes);
        }

        VolumeWriter writer =
            new(plan, places, device, plan.Options.IsBlank, contents) { JournalUuid = journalUuid };
        Result begun = writer.Begin();
        if (!begun.IsOk)
        {
            return begun.Error;
        }

        writeContents?.Invoke(writer);
        writer.Finish();

        if (journal.Length > 0)
        {
            JournalForm.SetUser(journal, plan.Super.Uuid);
            plan.Options.JournalDevice!.Write(JournalOffset(plan.Super.BlockSize), journal);
            plan.Options.JournalDevice.Flush();
        }

        device.Flush();
        return new FormatSummary
        {
            BlockSize = plan.Super.BlockSize,
            BlockCount = plan.Super.BlockCount,
            InodeCount = plan.Super.InodeCount,
            GroupCount = plan.Super.GroupCount,
            JournalBlockCount = plan.JournalBlocks + (ulong)plan.FastCommitBlocks,
            ReservedBlockCount = plan.Super.ReservedBlockCount,
            Uuid = plan.Super.Uuid,
            WrittenBytes = writer.WrittenBytes,
            Note = plan.Note,
        };
    }

    // The journal follows the ext superblock of its device.
    private static long JournalOffset(int blockSize) => blockSize == 1024 ? 2L * 1024 : blockSize;

    private static Result<byte[]> ReadJournal(IBlockDevice device, int blockSize, out Uuid uuid)
    {
        uuid = Uuid.Nil;
        long offset = JournalOffset(blockSize);
        if (device.SizeBytes < offset + blockSize)
        {
            return ExtFormatReasons.JournalDeviceSize.With(device.Name);
        }

        byte[] super = new byte[SuperBlockDisk.SizeBytes];
        device.Read(SuperBlockDisk.PrimaryOffset, super);
        ref readonly SuperBlockDisk disk = ref Disk.View<SuperBlockDisk>(super);
        bool isJournal = disk.Magic == SuperBlockDisk.ExpectedMagic
            && disk.FeatureIncompat == (uint)FeatureIncompat.JournalDevice
            && disk.BlockSizeLog <= 6
            && 1024 << (int)disk.BlockSizeLog.Value == blockSize;
        if (!isJournal)
        {
            return ExtFormatReasons.JournalDevice.With(device.Name);
        }

        uuid = Uuid.Read(super.AsSpan(UuidOffset, Bytes16.Length));
        byte[] journal = new byte[blockSize];
        device.Read(offset, journal);
        return journal;
    }

    private static Result<FormatSummary> FormatJournal(IBlockDevice device, FormatOptions options, long size)
    {
        int blockSize = options.BlockSize ?? BlockSizeDefault;
        ulong blocks = (ulong)(size / blockSize);
        bool isSane = System.Numerics.BitOperations.IsPow2(blockSize) && blockSize is >= 1024 and <= 65536
            && blocks is >= JournalDeviceBlocksMin and <= uint.MaxValue
            && Encoding.UTF8.GetByteCount(options.Label) <= Bytes16.Length;
        if (!isSane)
        {
            return ExtFormatReasons.JournalDeviceNumbers.With($"{blocks} blocks of {blockSize} bytes");
        }

        uint now = (uint)((options.Now ?? SystemClock.Instance.Now).Seconds & uint.MaxValue);
        byte[] bytes = new byte[JournalOffset(blockSize) + blockSize];
        ref SuperBlockDisk disk = ref Disk.Overlay<SuperBlockDisk>(bytes, SuperBlockDisk.PrimaryOffset);
        Span<byte> super = bytes.AsSpan(SuperBlockDisk.PrimaryOffset, SuperBlockDisk.SizeBytes);
        Uuid uuid = options.Uuid ?? Uuid.Read(RandomNumberGenerator.GetBytes(Bytes16.Length));
        uint log = (uint)System.Numerics.BitOperations.Log2((uint)blockSize / 1024);
        disk.BlockCountLow = (uint)blocks;
        disk.FirstDataBlock = blockSize == 1024 ? 1U : 0U;
        (disk.BlockSizeLog, disk.ClusterSizeLog) = (log, log);
        (disk.BlocksPerGroup, disk.ClustersPerGroup) = ((uint)blockSize * 8, (uint)blockSize * 8);
        (disk.WriteTime, disk.CheckTime, disk.CreationTime) = (now, now, now);
        (disk.MountCountMax, disk.Magic, disk.State) = (ushort.MaxValue, SuperBlockDisk.ExpectedMagic, (ushort)1);
        (disk.ErrorPolicy, disk.Revision) = ((ushort)options.ErrorPolicy, 1U);
        (disk.FirstInode, disk.InodeSize) = (SpecialInodes.FirstInodeRevision0, (ushort)256);
        disk.FeatureIncompat = (uint)FeatureIncompat.JournalDevice;
        (disk.HashVersion, disk.DefaultMountOptions) = ((byte)1, 0xCU);
        (disk.ExtraInodeSizeMin, disk.ExtraInodeSizeWanted) = ((ushort)32, (ushort)32);
        uuid.Write(super.Slice(UuidOffset));
        Uuid seed = options.HashSeed ?? Uuid.Read(RandomNumberGenerator.GetBytes(Bytes16.Length));
        seed.Write(super.Slice(HashSeedOffset));
        _ = Encoding.UTF8.GetBytes(options.Label, super.Slice(LabelOffset));
        uint first = (uint)(JournalOffset(blockSize) / blockSize) + 1;
        JournalForm.WriteUnused(
            bytes.AsSpan((int)JournalOffset(blockSize), blockSize), blockSize, (uint)blocks, first, uuid);
        if (!options.IsBlank)
        {
            device.WriteZeroes(0, size);
        }

        device.Write(0, bytes);
        device.Flush();
        return new FormatSummary
        {
            BlockSize = blockSize,
            BlockCount = blocks,
            InodeCount = 0,
            GroupCount = 0,
            JournalBlockCount = blocks,
            ReservedBlockCount = 0,
            Uuid = uuid,
            WrittenBytes = bytes.Length,
        };
    }
}
