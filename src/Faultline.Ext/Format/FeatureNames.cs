// Names of features as e2fsprogs spells them; bits without a name print as it prints them:
// FEATURE_C7, FEATURE_I31, FEATURE_R20.

using System.Collections.Generic;

namespace Faultline.Ext.Format;

/// <summary>Names of features.</summary>
/// <source>ext4(5) and the output of dumpe2fs(8) on images with each bit set</source>
internal static class FeatureNames
{
    private static readonly Dictionary<int, string> s_compat = new()
    {
        [0] = "dir_prealloc",
        [1] = "imagic_inodes",
        [2] = "has_journal",
        [3] = "ext_attr",
        [4] = "resize_inode",
        [5] = "dir_index",
        [6] = "lazy_bg",
        [8] = "snapshot_bitmap",
        [9] = "sparse_super2",
        [10] = "fast_commit",
        [11] = "stable_inodes",
        [12] = "orphan_file",
    };

    private static readonly Dictionary<int, string> s_incompat = new()
    {
        [0] = "compression",
        [1] = "filetype",
        [2] = "needs_recovery",
        [3] = "journal_dev",
        [4] = "meta_bg",
        [6] = "extent",
        [7] = "64bit",
        [8] = "mmp",
        [9] = "flex_bg",
        [10] = "ea_inode",
        [12] = "dirdata",
        [13] = "metadata_csum_seed",
        [14] = "large_dir",
        [15] = "inline_data",
        [16] = "encrypt",
        [17] = "casefold",
    };

    private static readonly Dictionary<int, string> s_readOnlyCompat = new()
    {
        [0] = "sparse_super",
        [1] = "large_file",
        [3] = "huge_file",
        [4] = "uninit_bg",
        [5] = "dir_nlink",
        [6] = "extra_isize",
        [8] = "quota",
        [9] = "bigalloc",
        [10] = "metadata_csum",
        [11] = "replica",
        [12] = "read-only",
        [13] = "project",
        [14] = "shared_blocks",
        [15] = "verity",
        [16] = "orphan_present",
    };

    /// <summary>Names of all features, in the order of the tools.</summary>
    /// <param name="compat">Compatible ones.</param>
    /// <param name="incompat">Incompatible ones.</param>
    /// <param name="readOnlyCompat">Those that allow reading.</param>
    /// <returns>The names.</returns>
    internal static List<string> All(
        FeatureCompat compat, FeatureIncompat incompat, FeatureReadOnlyCompat readOnlyCompat)
    {
        List<string> names = [];
        Append(names, (uint)compat, s_compat, 'C');
        Append(names, (uint)incompat, s_incompat, 'I');
        Append(names, (uint)readOnlyCompat, s_readOnlyCompat, 'R');
        return names;
    }

    /// <summary>Names of incompatible features and their mask.</summary>
    /// <param name="incompat">The features.</param>
    /// <returns>Such as <c>compression FEATURE_I31 (mask 0x80000001)</c>.</returns>
    internal static string Refusal(FeatureIncompat incompat)
    {
        List<string> names = [];
        Append(names, (uint)incompat, s_incompat, 'I');
        return $"{string.Join(' ', names)} (mask 0x{(uint)incompat:x8})";
    }

    private static void Append(
        List<string> names, uint bits, Dictionary<int, string> known, char kind)
    {
        for (int bit = 0; bit < 32; bit++)
        {
            if ((bits & (1U << bit)) != 0)
            {
                names.Add(known.GetValueOrDefault(bit) ?? $"FEATURE_{kind}{bit}");
            }
        }
    }
}
