// The info of a volume as sections of keys and values, for every door alike.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Jbd2.Recovery;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext;

/// <summary>Turns the info of a volume into sections.</summary>
internal static class ExtReport
{
    /// <summary>Sections of a report.</summary>
    /// <param name="info">The info.</param>
    /// <returns>The sections; parts that the volume does not have are missing.</returns>
    internal static IReadOnlyList<ReportSection> Of(ExtInfo info)
    {
        List<ReportSection> sections =
        [
            Volume(info), Geometry(info), Space(info), History(info),
        ];
        if (info.Journal is not null)
        {
            sections.Add(Journal(info.Journal));
        }

        if (info.Journal?.Recovery is not null)
        {
            sections.Add(Recovery(info.Journal));
        }

        if (info.Mmp is not null)
        {
            sections.Add(Mmp(info.Mmp));
        }

        sections.Add(Rest(info));
        return sections;
    }

    private static ReportSection Volume(ExtInfo info) => new("volume",
    [
        new ReportItem("type", info.TypeName),
        new ReportItem("label", info.Super.Label),
        new ReportItem("uuid", info.Super.Uuid.ToString()),
        new ReportItem("features", info.Super.Features),
        new ReportItem("revision", info.Super.Revision),
        new ReportItem("creator", info.Creator),
        new ReportItem("last mounted on", info.Super.LastMounted),
        new ReportItem("state", info.State),
        new ReportItem("on errors", info.ErrorPolicy),
    ]);

    private static ReportSection Geometry(ExtInfo info) => new("geometry",
    [
        new ReportItem("block size", info.Super.BlockSize),
        new ReportItem("cluster size", info.Super.ClusterSize),
        new ReportItem("groups", info.Super.GroupCount),
        new ReportItem("blocks per group", info.Super.BlocksPerGroup),
        new ReportItem("inodes per group", info.Super.InodesPerGroup),
        new ReportItem("groups per flex group", info.FlexGroupSize),
        new ReportItem("inode size", info.Super.InodeSize),
        new ReportItem("descriptor size", info.Super.DescriptorSize),
        new ReportItem("directory hash", info.HashName),
        new ReportItem("directory hash seed", info.HashSeed.ToString()),
    ]);

    private static ReportSection Space(ExtInfo info) => new("space",
    [
        new ReportItem("blocks", info.Super.BlockCount),
        new ReportItem("free blocks", info.Super.FreeBlockCount),
        new ReportItem("reserved blocks", info.Super.ReservedBlockCount),
        new ReportItem("inodes", info.Super.InodeCount),
        new ReportItem("free inodes", info.Super.FreeInodeCount),
    ]);

    private static ReportSection History(ExtInfo info)
    {
        List<ReportItem> items =
        [
            new ReportItem("created", info.Created),
            new ReportItem("mounted", info.Mounted),
            new ReportItem("written", info.Written),
            new ReportItem("checked", info.Checked),
            new ReportItem("mounts since check", info.MountCount),
            new ReportItem("mounts until check", info.MountCountMax),
            new ReportItem("KiB written", info.KilobytesWritten),
            new ReportItem("errors", info.ErrorCount),
        ];
        AddError(items, "first error", info.FirstError);
        AddError(items, "last error", info.LastError);
        return new ReportSection("history", items);
    }

    private static void AddError(List<ReportItem> items, string name, ExtErrorInfo? error)
    {
        if (error is not null)
        {
            items.Add(new ReportItem(name, error.Time));
            items.Add(new ReportItem(
                $"{name} in",
                $"{error.Function}:{error.Line} inode {error.Inode} block {error.Block}"));
        }
    }

    private static ReportSection Journal(ExtJournalInfo journal)
    {
        List<ReportItem> items =
        [
            journal.Inode.Value != 0
                ? new ReportItem("inode", journal.Inode.Value)
                : new ReportItem("device", journal.DeviceUuid.ToString()),
            new ReportItem("needs recovery", journal.NeedsRecovery),
        ];
        if (journal.Super is not null)
        {
            items.Add(new ReportItem("blocks", journal.Super.BlockCount));
            items.Add(new ReportItem("version", journal.Super.Version));
            items.Add(new ReportItem("features", journal.Super.FeatureText));
            items.Add(new ReportItem("checksum version", journal.Super.ChecksumVersion));
            items.Add(new ReportItem("sequence", journal.Super.Sequence.Value));
            items.Add(new ReportItem("start", journal.Super.Start));
            items.Add(new ReportItem("error", journal.Super.ErrorNumber));
            items.Add(new ReportItem("fast-commit blocks", journal.Super.FastCommitBlockCount));
        }

        return new ReportSection("journal", items);
    }

    private static ReportSection Recovery(ExtJournalInfo journal)
    {
        RecoverySummary recovery = journal.Recovery!;
        List<string> changed = [];
        foreach (BlockNumber block in recovery.ChangedBlocks)
        {
            changed.Add(block.ToString());
        }

        return new ReportSection("recovery in memory",
        [
            new ReportItem("transactions", recovery.TransactionCount),
            new ReportItem("first transaction", recovery.FirstSequence.Value),
            new ReportItem("next transaction", recovery.NextSequence.Value),
            new ReportItem("ended by", recovery.Stop.ToString()),
            new ReportItem("ended at journal block", recovery.StopBlock),
            new ReportItem("blocks written", recovery.WriteCount),
            new ReportItem("blocks revoked", recovery.RevokedCount),
            new ReportItem("changed blocks", changed),
            new ReportItem("fast commits", journal.FastCommits?.CommitCount ?? 0),
            new ReportItem("fast-commit changes", journal.FastCommits?.TagCount ?? 0),
        ]);
    }

    private static ReportSection Mmp(ExtMmpInfo mmp) => new("multiple mount protection",
    [
        new ReportItem("state", mmp.State),
        new ReportItem("sequence", mmp.Sequence),
        new ReportItem("updated", mmp.Time),
        new ReportItem("host", mmp.NodeName),
        new ReportItem("device", mmp.DeviceName),
        new ReportItem("interval seconds", mmp.CheckIntervalSeconds),
    ]);

    private static ReportSection Rest(ExtInfo info)
    {
        List<string> orphans = [];
        foreach (InodeNumber orphan in info.Orphans)
        {
            orphans.Add(orphan.ToString());
        }

        List<string> problems = [];
        foreach (FsError problem in info.Problems)
        {
            problems.Add(problem.ToString());
        }

        return new ReportSection("contents",
        [
            new ReportItem("user quota inode", info.UserQuotaInode.Value),
            new ReportItem("group quota inode", info.GroupQuotaInode.Value),
            new ReportItem("project quota inode", info.ProjectQuotaInode.Value),
            new ReportItem("orphans", orphans),
            new ReportItem("problems", problems),
        ]);
    }
}
