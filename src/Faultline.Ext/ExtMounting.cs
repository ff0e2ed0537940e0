// Mounting for writing: everything that is refused is refused before the device is touched; then the journal is
// replayed in place, the log opened, the superblock marked, and orphans are ended.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.FastCommit;
using Faultline.Ext.Format;
using Faultline.Ext.Journal;
using Faultline.Jbd2.Recovery;
using Faultline.Jbd2.Transactions;
using Faultline.Jbd2.Writing;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <summary>Mounts volumes for writing.</summary>
internal static class ExtMounting
{
    private const FeatureReadOnlyCompat Writable = FeatureReadOnlyCompat.SparseSuper
        | FeatureReadOnlyCompat.LargeFile | FeatureReadOnlyCompat.HugeFile | FeatureReadOnlyCompat.UninitGroups
        | FeatureReadOnlyCompat.DirNlink | FeatureReadOnlyCompat.ExtraIsize | FeatureReadOnlyCompat.Bigalloc
        | FeatureReadOnlyCompat.MetadataChecksums | FeatureReadOnlyCompat.Project
        | FeatureReadOnlyCompat.Verity | FeatureReadOnlyCompat.OrphanPresent;

    /// <summary>Mounts a volume for writing.</summary>
    /// <param name="context">Device, memory, options, clock.</param>
    /// <param name="options">How it is opened.</param>
    /// <returns>The mounted volume.</returns>
    /// <errors>EOPNOTSUPP a feature that is only read, named; EUCLEAN an unclean volume without a journal; EROFS the
    /// device; what reading the volume answers.</errors>
    internal static Result<SuperBlock> Mount(MountContext context, ExtOpenOptions options)
    {
        if (context.Device.IsReadOnly)
        {
            return ExtWriteReasons.DeviceReadOnly;
        }

        if (context.Options.DataJournal)
        {
            return ExtWriteReasons.DataJournal;
        }

        options = options with { ForWriting = true };
        Result<ExtVolume> opened = ExtVolume.OpenDevice(context.Device, options);
        if (!opened.TryGet(out ExtVolume? volume, out FsError error))
        {
            return error;
        }

        Result may = MayWrite(volume.Super, options);
        if (!may.IsOk)
        {
            return may.Error;
        }

        Result<MetadataLog> log = volume.Super.Has(FeatureCompat.HasJournal)
            ? OpenJournal(ref volume, context, options)
            : new EpochLog(volume.Buffers, volume.Device, LogOptionsOf(context));
        if (!log.TryGet(out MetadataLog? metadata, out error))
        {
            return error;
        }

        volume.Attach(metadata);
        ExtFileSystem fileSystem = new(volume, context);
        bool isStarted = false;
        try
        {
            Result started = fileSystem.Enter(isMount: true);
            started = started.IsOk ? fileSystem.Start() : started;
            isStarted = started.IsOk;
            return isStarted ? fileSystem : started.Error;
        }
        finally
        {
            if (!isStarted)
            {
                fileSystem.Dispose();
            }
        }
    }

    private static Result MayWrite(ExtSuperBlock super, ExtOpenOptions options)
    {
        if (options.SuperBlockOffset is not null and not SuperBlockDisk.PrimaryOffset)
        {
            return ExtWriteReasons.BackupSuperBlock;
        }

        FeatureReadOnlyCompat unknown = (FeatureReadOnlyCompat)super.Raw.FeatureReadOnlyCompat.Value & ~Writable;
        if (unknown != 0)
        {
            IReadOnlyList<string> names = FeatureNames.All(0, 0, unknown);
            return ExtWriteReasons.ReadOnlyFeature.With(string.Join(", ", names));
        }

        if (super.BlockSize > Folio.PageSize)
        {
            return ExtWriteReasons.LargeBlocks.With($"{super.BlockSize} bytes");
        }

        if (super.Has(FeatureIncompat.Mmp))
        {
            return ExtWriteReasons.MmpVolume;
        }

        bool hasJournal = super.Has(FeatureCompat.HasJournal);
        return !hasJournal && !super.IsClean ? ExtWriteReasons.NotClean : Result.Ok;
    }

    private static LogOptions LogOptionsOf(MountContext context)
    {
        LogOptions options = new() { Clock = context.Clock };
        int seconds = context.Options.CommitSeconds;
        return seconds == 0 ? options : options with { CommitIntervalMs = seconds * 1000 };
    }

    // Replays what the journal holds into the volume; then the volume is another one, and is opened once more.
    private static Result<MetadataLog> OpenJournal(
        ref ExtVolume volume, MountContext context, ExtOpenOptions options)
    {
        Result<ExtJournal> found = ExtJournal.Find(volume, options.JournalDevice);
        if (!found.TryGet(out ExtJournal? journal, out FsError error))
        {
            return error;
        }

        if (journal.Super.IsDirty)
        {
            Result may = MayReplay(volume, journal, options);
            if (!may.IsOk)
            {
                return may.Error;
            }

            _ = JournalRecovery.ReplayInPlace(journal.Location, journal.Super, volume.Device);
            Result<ExtVolume> reopened = ExtVolume.OpenDevice(volume.Device, options);
            if (!reopened.TryGet(out ExtVolume? recovered, out error))
            {
                return error;
            }

            volume = recovered;
            found = ExtJournal.Find(volume, options.JournalDevice);
            if (!found.TryGet(out journal, out error))
            {
                return error;
            }
        }

        if (journal.Super.ErrorNumber != 0)
        {
            // As the kernel does: the superblock keeps the news, so that the journal can forget it.
            volume.SuperStore.WriteNow(volume.Device, static (ref SuperBlockDisk disk) =>
                disk.State = (ushort)(disk.State | ExtSuperBlock.StateErrors));
        }

        JournalWants wants = new()
        {
            HasChecksums = volume.Super.HasMetadataChecksums,
            Is64Bit = volume.Super.Has(FeatureIncompat.SixtyFourBit),
        };
        Result<JournaledLog> opened = JournaledLog.Open(
            volume.Buffers, volume.Device, journal.Location, wants, LogOptionsOf(context));
        return opened.TryGet(out JournaledLog? log, out error) ? log : error;
    }

    // Fast commits would be lost with the log that they follow.
    private static Result MayReplay(ExtVolume volume, ExtJournal journal, ExtOpenOptions options)
    {
        if (options.NoRecovery)
        {
            return ExtWriteReasons.WriteWithoutRecovery;
        }

        if (journal.Super.FastCommitBlockCount == 0)
        {
            return Result.Ok;
        }

        OverlayDevice overlay = new(volume.Device, volume.Super.BlockSize);
        RecoverySummary summary = JournalRecovery.Replay(journal.Location, journal.Super, overlay);
        FastCommitReader reader = new(journal, summary.NextSequence);
        reader.Read();
        return reader.CommitCount == 0
            ? Result.Ok
            : ExtWriteReasons.FastCommits.With($"{reader.CommitCount} fast commits");
    }
}
