// Mounting for writing: everything that is refused is refused before the device is touched; then the journal is
// replayed in place, the log opened, the superblock marked, and orphans are ended.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Jbd2.Transactions;
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

        Result<MetadataLog> log = OpenLog(volume, context);
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

        if (super.Has(FeatureIncompat.Mmp))
        {
            return ExtWriteReasons.MmpVolume;
        }

        bool hasJournal = super.Has(FeatureCompat.HasJournal);
        return !hasJournal && !super.IsClean ? ExtWriteReasons.NotClean : Result.Ok;
    }

    private static Result<MetadataLog> OpenLog(ExtVolume volume, MountContext context)
    {
        LogOptions logOptions = new() { Clock = context.Clock };
        return new EpochLog(volume.Buffers, volume.Device, logOptions);
    }
}
