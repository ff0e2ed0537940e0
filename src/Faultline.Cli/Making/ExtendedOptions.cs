// The extended options of mke2fs(8), -E, each by its name.

using System;
using System.Globalization;
using Faultline.Cli.Editing;
using Faultline.Ext.Making;

namespace Faultline.Cli.Making;

/// <summary>The extended options of making a volume.</summary>
internal static class ExtendedOptions
{
    private const long MmpIntervalMax = 300;

    /// <summary>Applies one.</summary>
    /// <param name="options">The options so far.</param>
    /// <param name="item">NAME, or NAME=VALUE.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">Unknown, or one that is not supported, by name.</exception>
    internal static FormatOptions Apply(FormatOptions options, string item)
    {
        (string name, string value) = Pair(item);
        return name switch
        {
            "hash_seed" => options with { HashSeed = FormatArguments.UuidOf(value) },
            "root_owner" => WithOwner(options, value),
            "lazy_itable_init" => options with { LazyInodeTables = Flag(item, value) },
            "lazy_journal_init" => options with { LazyJournal = Flag(item, value) },
            "assume_storage_prezeroed" => options with { IsBlank = Flag(item, value) },
            "resize" => options with { ResizeLimitBlocks = ResizeLimit(options, value) },
            "stride" => options with { Stride = (ushort)Number(item, value, ushort.MaxValue) },
            "stripe_width" or "stripe-width" => options with { StripeWidth = (uint)Number(item, value, uint.MaxValue) },
            "num_backup_sb" => options with { BackupSuperBlockCount = (int)Number(item, value, 2) },
            "mmp_update_interval" => options with { MmpInterval = (ushort)Number(item, value, MmpIntervalMax) },
            "encoding_flags" when value is "strict" or "no-strict" =>
                options with { IsEncodingStrict = value == "strict" },
            "discard" => options with { Discard = true },
            "nodiscard" => options with { Discard = false },
            "offset" or "packed_meta_blocks" or "quotatype" or "test_fs" or "orphan_file_size"
                or "android_sparse" or "encoding" or "root_selinux" =>
                throw new UsageException($"{item}: {name} is not supported"),
            _ => throw new UsageException($"{item}: unknown extended option or value"),
        };
    }

    /// <summary>Splits NAME=VALUE.</summary>
    /// <param name="item">The text.</param>
    /// <returns>Name and value; the value is empty when there is none.</returns>
    internal static (string Name, string Value) Pair(string item)
    {
        int equals = item.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (item, "") : (item[..equals], item[(equals + 1)..]);
    }

    private static FormatOptions WithOwner(FormatOptions options, string value)
    {
        string[] parts = value.Length == 0 ? ["0", "0"] : value.Split(':');
        return parts.Length == 2
            ? options with
            {
                RootUid = (uint)Number(value, parts[0], uint.MaxValue),
                RootGid = (uint)Number(value, parts[1], uint.MaxValue),
            }
            : throw new UsageException($"root_owner={value}: UID:GID");
    }

    // A bare number counts blocks, a number with a unit bytes.
    private static ulong ResizeLimit(FormatOptions options, string value)
    {
        if (ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out ulong blocks))
        {
            return blocks;
        }

        int blockSize = options.BlockSize ?? throw new UsageException($"resize={value}: bytes need a block size");
        return blockSize > 0
            ? (ulong)(SizeText.Parse(value) / blockSize)
            : throw new UsageException($"resize={value}: block size 0");
    }

    private static bool Flag(string item, string value) => value switch
    {
        "" or "1" => true,
        "0" => false,
        _ => throw new UsageException($"{item}: 0 or 1"),
    };

    private static long Number(string item, string value, long most) =>
        long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number <= most
            ? number
            : throw new UsageException($"{item}: not a number up to {most}");
}
