// The features of a volume that is being made: those of its type, edited, and what goes with what.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Format;

namespace Faultline.Ext.Making;

/// <summary>The features of a volume that is being made.</summary>
/// <source>mke2fs(8), mke2fs.conf(5), ext4(5)</source>
internal sealed class FeatureSelection
{
    private static readonly Dictionary<string, (FeatureCompat, FeatureIncompat, FeatureReadOnlyCompat)> s_known =
        Known();

    private FeatureSelection()
    {
    }

    internal FeatureCompat Compat { get; private set; }

    internal FeatureIncompat Incompat { get; private set; }

    internal FeatureReadOnlyCompat ReadOnlyCompat { get; private set; }

    internal bool Has(FeatureCompat feature) => (Compat & feature) != 0;

    internal bool Has(FeatureIncompat feature) => (Incompat & feature) != 0;

    internal bool Has(FeatureReadOnlyCompat feature) => (ReadOnlyCompat & feature) != 0;

    /// <summary>The features that options ask for.</summary>
    /// <param name="options">The options.</param>
    /// <returns>The features.</returns>
    /// <errors>EINVAL an unknown type, features that do not go together; EOPNOTSUPP an unknown feature.</errors>
    internal static Result<FeatureSelection> Of(FormatOptions options)
    {
        FeatureSelection chosen = new();
        string[]? own = options.Type switch
        {
            "ext2" => [],
            "ext3" => ["has_journal"],
            "ext4" =>
            [
                "has_journal", "extent", "huge_file", "flex_bg", "metadata_csum", "64bit", "dir_nlink", "extra_isize",
            ],
            _ => null,
        };
        if (own is null)
        {
            return ExtFormatReasons.Type.With(options.Type);
        }

        string[] common = ["sparse_super", "large_file", "filetype", "resize_inode", "dir_index", "ext_attr"];
        foreach (string name in (string[])[.. common, .. own])
        {
            chosen.Edit(s_known[name], isWanted: true);
        }

        foreach (string edit in options.Features)
        {
            bool isWanted = !edit.StartsWith('^');
            string name = isWanted ? edit : edit[1..];
            if (name == "none")
            {
                (chosen.Compat, chosen.Incompat, chosen.ReadOnlyCompat) = (0, 0, 0);
            }
            else if (s_known.TryGetValue(name, out (FeatureCompat, FeatureIncompat, FeatureReadOnlyCompat) known))
            {
                chosen.Edit(known, isWanted);
            }
            else
            {
                return ExtFormatReasons.Feature.With(name);
            }
        }

        return chosen.Finish(options);
    }

    /// <summary>There is no room for a journal.</summary>
    internal void DropJournal() =>
        Compat &= ~(FeatureCompat.HasJournal | FeatureCompat.FastCommit | FeatureCompat.OrphanFile);

    private static Dictionary<string, (FeatureCompat, FeatureIncompat, FeatureReadOnlyCompat)> Known()
    {
        Dictionary<string, (FeatureCompat, FeatureIncompat, FeatureReadOnlyCompat)> known = [];
        foreach (FeatureCompat feature in (FeatureCompat[])[
            FeatureCompat.HasJournal, FeatureCompat.ExtAttr, FeatureCompat.ResizeInode, FeatureCompat.DirIndex,
            FeatureCompat.SparseSuper2, FeatureCompat.FastCommit, FeatureCompat.StableInodes, FeatureCompat.OrphanFile])
        {
            known[FeatureNames.All(feature, 0, 0)[0]] = (feature, 0, 0);
        }

        foreach (FeatureIncompat feature in (FeatureIncompat[])[
            FeatureIncompat.FileType, FeatureIncompat.JournalDevice, FeatureIncompat.MetaGroups,
            FeatureIncompat.Extents, FeatureIncompat.SixtyFourBit, FeatureIncompat.Mmp, FeatureIncompat.FlexGroups,
            FeatureIncompat.EaInode, FeatureIncompat.ChecksumSeed, FeatureIncompat.LargeDir,
            FeatureIncompat.InlineData, FeatureIncompat.Encrypt, FeatureIncompat.Casefold])
        {
            known[FeatureNames.All(0, feature, 0)[0]] = (0, feature, 0);
        }

        foreach (FeatureReadOnlyCompat feature in (FeatureReadOnlyCompat[])[
            FeatureReadOnlyCompat.SparseSuper, FeatureReadOnlyCompat.LargeFile, FeatureReadOnlyCompat.HugeFile,
            FeatureReadOnlyCompat.UninitGroups, FeatureReadOnlyCompat.DirNlink, FeatureReadOnlyCompat.ExtraIsize,
            FeatureReadOnlyCompat.Bigalloc, FeatureReadOnlyCompat.MetadataChecksums, FeatureReadOnlyCompat.Project,
            FeatureReadOnlyCompat.Verity])
        {
            known[FeatureNames.All(0, 0, feature)[0]] = (0, 0, feature);
        }

        known["extents"] = known["extent"];
        known["gdt_csum"] = known["uninit_bg"];
        return known;
    }

    private void Edit((FeatureCompat, FeatureIncompat, FeatureReadOnlyCompat) features, bool isWanted)
    {
        Compat = isWanted ? Compat | features.Item1 : Compat & ~features.Item1;
        Incompat = isWanted ? Incompat | features.Item2 : Incompat & ~features.Item2;
        ReadOnlyCompat = isWanted ? ReadOnlyCompat | features.Item3 : ReadOnlyCompat & ~features.Item3;
    }

    private Result<FeatureSelection> Finish(FormatOptions options)
    {
        if (Has(FeatureIncompat.JournalDevice))
        {
            (Compat, Incompat, ReadOnlyCompat) = (0, FeatureIncompat.JournalDevice, 0);
            return this;
        }

        if (Has(FeatureReadOnlyCompat.MetadataChecksums))
        {
            ReadOnlyCompat &= ~FeatureReadOnlyCompat.UninitGroups;
        }

        string? problem = Problem(options);
        return problem is null ? this : ExtFormatReasons.Combination.With(problem);
    }

    // What the tools refuse too, in the order of the features.
    private string? Problem(FormatOptions options)
    {
        bool hasAny = Compat != 0 || Incompat != 0 || ReadOnlyCompat != 0;
        (bool Fails, string Text)[] rules =
        [
            (options.Revision == 0 && hasAny, "revision 0 has no features"),
            (Has(FeatureCompat.ResizeInode) && Has(FeatureIncompat.MetaGroups), "resize_inode excludes meta_bg"),
            (Has(FeatureCompat.ResizeInode) && !Has(FeatureReadOnlyCompat.SparseSuper)
                && !Has(FeatureCompat.SparseSuper2), "resize_inode needs sparse_super"),
            (Has(FeatureCompat.FastCommit) && !Has(FeatureCompat.HasJournal), "fast_commit needs has_journal"),
            (Has(FeatureCompat.OrphanFile) && !Has(FeatureCompat.HasJournal), "orphan_file needs has_journal"),
            (Has(FeatureIncompat.SixtyFourBit) && !Has(FeatureIncompat.Extents), "64bit needs extent"),
            (Has(FeatureReadOnlyCompat.Bigalloc) && !Has(FeatureIncompat.Extents), "bigalloc needs extent"),
            (Has(FeatureIncompat.ChecksumSeed) && !Has(FeatureReadOnlyCompat.MetadataChecksums),
                "metadata_csum_seed needs metadata_csum"),
            (Has(FeatureIncompat.InlineData) && options.InodeSize == 128, "inline_data needs larger inodes"),
            (Has(FeatureReadOnlyCompat.Project) && options.InodeSize == 128, "project needs larger inodes"),
            (Has(FeatureReadOnlyCompat.Verity) && !Has(FeatureIncompat.Extents), "verity needs extent"),
            (options.ClusterSize is not null && !Has(FeatureReadOnlyCompat.Bigalloc), "a cluster size needs bigalloc"),
            (options.GroupsPerFlex is not null && !Has(FeatureIncompat.FlexGroups), "a flex group size needs flex_bg"),
            (options.FastCommitKilobytes is not null && !Has(FeatureCompat.FastCommit),
                "a fast commit size needs fast_commit"),
            (options.ResizeLimitBlocks is not null && !Has(FeatureCompat.ResizeInode),
                "a limit of resizing needs resize_inode"),
            (Has(FeatureReadOnlyCompat.Bigalloc) && options.BlocksPerGroup is not null,
                "bigalloc decides on the size of groups"),
        ];
        foreach ((bool fails, string text) in rules)
        {
            if (fails)
            {
                return text;
            }
        }

        return null;
    }
}
