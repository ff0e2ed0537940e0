// Everything that info tells of a volume. Parts that are damaged are missing and named among the
// problems; the rest is told all the same.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Protection;
using Faultline.Ext.Format;
using Faultline.Ext.Inodes;
using Faultline.Ext.Journal;

namespace Faultline.Ext;

/// <summary>What a volume is and what state it is in.</summary>
public sealed record ExtInfo
{
    private static readonly string[] s_hashNames =
        ["legacy", "half_md4", "tea", "legacy_unsigned", "half_md4_unsigned", "tea_unsigned", "siphash"];

    private static readonly string[] s_policies = ["unknown", "continue", "remount-ro", "panic"];

    private static readonly string[] s_creators = ["Linux", "Hurd", "Masix", "FreeBSD", "Lites"];

    /// <summary>Name of the file-system type: ext2, ext3 or ext4.</summary>
    public required string TypeName { get; init; }

    /// <summary>The validated superblock: sizes, counts, features, label and UUID.</summary>
    public required ExtSuperBlock Super { get; init; }

    /// <summary>Creation; the epoch where it was not recorded.</summary>
    public required UnixTime Created { get; init; }

    /// <summary>Last mount.</summary>
    public required UnixTime Mounted { get; init; }

    /// <summary>Last write.</summary>
    public required UnixTime Written { get; init; }

    /// <summary>Last check.</summary>
    public required UnixTime Checked { get; init; }

    /// <summary>Mounts since the last check.</summary>
    public required int MountCount { get; init; }

    /// <summary>Mounts after which a check is due, or -1.</summary>
    public required int MountCountMax { get; init; }

    /// <summary>State in the words of the tools: clean, not clean, with or without
    /// errors.</summary>
    public required string State { get; init; }

    /// <summary>What the kernel does when it meets damage.</summary>
    public required string ErrorPolicy { get; init; }

    /// <summary>Operating system that made the volume.</summary>
    public required string Creator { get; init; }

    /// <summary>Default hash of directories.</summary>
    public required string HashName { get; init; }

    /// <summary>Hash seed of directories.</summary>
    public required Uuid HashSeed { get; init; }

    /// <summary>KiB written in the volume's life.</summary>
    public required ulong KilobytesWritten { get; init; }

    /// <summary>Groups that put their bitmaps and tables together.</summary>
    public required ulong FlexGroupSize { get; init; }

    /// <summary>Errors that the kernel met.</summary>
    public required uint ErrorCount { get; init; }

    /// <summary>The first of them, or null.</summary>
    public ExtErrorInfo? FirstError { get; init; }

    /// <summary>The last of them, or null.</summary>
    public ExtErrorInfo? LastError { get; init; }

    /// <summary>The journal, or null.</summary>
    public ExtJournalInfo? Journal { get; init; }

    /// <summary>Inodes deleted or truncated halfway.</summary>
    public IReadOnlyList<InodeNumber> Orphans { get; init; } = [];

    /// <summary>Multiple mount protection, or null.</summary>
    public ExtMmpInfo? Mmp { get; init; }

    /// <summary>Inode of user quota, or none.</summary>
    public InodeNumber UserQuotaInode { get; init; }

    /// <summary>Inode of group quota, or none.</summary>
    public InodeNumber GroupQuotaInode { get; init; }

    /// <summary>Inode of project quota, or none.</summary>
    public InodeNumber ProjectQuotaInode { get; init; }

    /// <summary>What could not be told because it is damaged.</summary>
    public IReadOnlyList<FsError> Problems { get; init; } = [];

    /// <summary>Collects what there is to tell.</summary>
    /// <param name="volume">The volume.</param>
    /// <returns>All of it.</returns>
    internal static ExtInfo Of(ExtVolume volume)
    {
        ExtSuperBlock super = volume.Super;
        ref readonly SuperBlockDisk raw = ref super.Raw;
        List<FsError> problems = [];
        return new ExtInfo
        {
            TypeName = volume.TypeName,
            Super = super,
            Created = ExtSuperBlock.Time(raw.CreationTimeHigh, raw.CreationTime),
            Mounted = ExtSuperBlock.Time(raw.MountTimeHigh, raw.MountTime),
            Written = ExtSuperBlock.Time(raw.WriteTimeHigh, raw.WriteTime),
            Checked = ExtSuperBlock.Time(raw.CheckTimeHigh, raw.CheckTime),
            MountCount = raw.MountCount,
            MountCountMax = unchecked((short)raw.MountCountMax.Value), // signed on disk
            State = (super.IsClean ? "clean" : "not clean") + (super.HasErrors ? " with errors" : ""),
            ErrorPolicy = Name(s_policies, raw.ErrorPolicy),
            Creator = Name(s_creators, raw.CreatorOs),
            HashName = Name(s_hashNames, raw.HashVersion),
            HashSeed = Uuid.Read(super.HashSeedBytes),
            KilobytesWritten = raw.KilobytesWritten,
            FlexGroupSize = 1UL << raw.GroupsPerFlexLog,
            ErrorCount = raw.ErrorCount,
            FirstError = FirstErrorOf(super),
            LastError = LastErrorOf(super),
            Journal = Try(problems, () => JournalOf(volume)),
            Orphans = Try(problems, () => OrphanList.Read(volume)) ?? [],
            Mmp = super.Has(FeatureIncompat.Mmp) ? Try(problems, () => MmpBlock.Read(volume)) : null,
            UserQuotaInode = new InodeNumber(raw.UserQuotaInode),
            GroupQuotaInode = new InodeNumber(raw.GroupQuotaInode),
            ProjectQuotaInode = new InodeNumber(raw.ProjectQuotaInode),
            Problems = problems,
        };
    }

    private static string Name(string[] names, uint index) =>
        index < names.Length ? names[index] : $"unknown ({index})";

    private static T? Try<T>(List<FsError> problems, Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (FsException failure)
        {
            problems.Add(failure.Error);
            return null;
        }
    }

    private static ExtJournalInfo? JournalOf(ExtVolume volume)
    {
        ExtSuperBlock super = volume.Super;
        if (!super.Has(FeatureCompat.HasJournal))
        {
            return null;
        }

        ExtJournal? journal = volume.Journal;
        if ((journal is null) && (super.Raw.JournalInode != 0))
        {
            journal = ExtJournal.Find(volume, journalDevice: null).OrThrow();
        }

        return new ExtJournalInfo(
            new InodeNumber(super.Raw.JournalInode),
            super.JournalUuid,
            journal?.Super,
            super.NeedsRecovery,
            volume.Recovery,
            volume.FastCommits);
    }

    private static ExtErrorInfo? FirstErrorOf(ExtSuperBlock super)
    {
        ref readonly SuperBlockDisk raw = ref super.Raw;
        return raw.FirstErrorTime == 0
            ? null
            : new ExtErrorInfo(
                ExtSuperBlock.Time(raw.FirstErrorTimeHigh, raw.FirstErrorTime),
                super.FirstErrorFunction,
                raw.FirstErrorLine,
                new InodeNumber(raw.FirstErrorInode),
                new BlockNumber(raw.FirstErrorBlock));
    }

    private static ExtErrorInfo? LastErrorOf(ExtSuperBlock super)
    {
        ref readonly SuperBlockDisk raw = ref super.Raw;
        return raw.LastErrorTime == 0
            ? null
            : new ExtErrorInfo(
                ExtSuperBlock.Time(raw.LastErrorTimeHigh, raw.LastErrorTime),
                super.LastErrorFunction,
                raw.LastErrorLine,
                new InodeNumber(raw.LastErrorInode),
                new BlockNumber(raw.LastErrorBlock));
    }
}
