// The options of making a volume, spelled as those of mke2fs(8).

using System;
using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.IO;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Cli.Editing;
using Faultline.Ext.Making;

namespace Faultline.Cli.Making;

/// <summary>The options of making a volume.</summary>
internal sealed class FormatArguments
{
    private const double ReservedPercentDefault = 5;

    private readonly Option<string?> _blockSize = new("-b", "--block-size") { Description = "Bytes of a block" };
    private readonly Option<string?> _clusterSize = new("-C", "--cluster-size") { Description = "Bytes of a cluster" };
    private readonly Option<string?> _perInode = new("-i", "--bytes-per-inode") { Description = "Bytes per inode" };
    private readonly Option<string?> _inodeSize = new("-I", "--inode-size") { Description = "Bytes of an inode" };
    private readonly Option<string?> _inodes = new("-N", "--inodes") { Description = "Number of inodes" };
    private readonly Option<string?> _perGroup = new("-g", "--blocks-per-group") { Description = "Blocks of a group" };
    private readonly Option<string?> _perFlex =
        new("-G", "--groups-per-flex") { Description = "Groups per flex group" };
    private readonly Option<bool> _hasJournal = new("-j") { Description = "With a journal" };
    private readonly Option<string[]> _journal = new("-J", "--journal-options")
    {
        Description = "size=MiB, fast_commit_size=KiB, location=BLOCK, device=IMAGE",
    };
    private readonly Option<string?> _label = new("-L", "--label") { Description = "Label" };
    private readonly Option<string?> _mounted = new("-M", "--last-mounted") { Description = "Last mounted on" };
    private readonly Option<string?> _uuid = new("-U", "--uuid") { Description = "UUID, clear or random" };
    private readonly Option<string?> _reserved = new("-m", "--reserved") { Description = "Per cent for the superuser" };
    private readonly Option<string[]> _features = new("-O", "--features") { Description = "Features, ^ removes" };
    private readonly Option<string[]> _extended = new("-E", "--extended-options") { Description = "Extended options" };
    private readonly Option<string[]> _usage = new("-T", "--usage-type") { Description = "Usage types" };
    private readonly Option<string?> _revision = new("-r", "--revision") { Description = "Revision, 0 or 1" };
    private readonly Option<string?> _errors = new("-e", "--errors") { Description = "continue, remount-ro or panic" };

    private readonly List<IDisposable> _devices = [];

    /// <summary>Adds the options to a command.</summary>
    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[
            _blockSize, _clusterSize, _perInode, _inodeSize, _inodes, _perGroup, _perFlex, _hasJournal, _journal,
            _label, _mounted, _uuid, _reserved, _features, _extended, _usage, _revision, _errors])
        {
            command.Add(option);
        }
    }

    /// <summary>The options that were given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="type">ext2, ext3 or ext4.</param>
    /// <param name="size">Bytes of the volume, or null.</param>
    /// <returns>The options.</returns>
    /// <exception cref="UsageException">One of them cannot be read.</exception>
    internal FormatOptions Read(ParseResult parsed, string type, long? size)
    {
        FormatOptions options = new()
        {
            Type = type,
            SizeBytes = size,
            BlockSize = Int(parsed.GetValue(_blockSize)),
            ClusterSize = Int(parsed.GetValue(_clusterSize)),
            BytesPerInode = Size(parsed.GetValue(_perInode)),
            InodeSize = Int(parsed.GetValue(_inodeSize)),
            InodeCount = Size(parsed.GetValue(_inodes)),
            BlocksPerGroup = Int(parsed.GetValue(_perGroup)),
            GroupsPerFlex = Int(parsed.GetValue(_perFlex)),
            Label = parsed.GetValue(_label) ?? "",
            LastMounted = parsed.GetValue(_mounted) ?? "",
            Uuid = UuidOf(parsed.GetValue(_uuid)),
            Features = parsed.GetValue(_hasJournal)
                ? ["has_journal", .. Split(parsed.GetValue(_features))]
                : Split(parsed.GetValue(_features)),
            UsageTypes = Split(parsed.GetValue(_usage)),
            Revision = Int(parsed.GetValue(_revision)) ?? 1,
            ReservedPercent = Percent(parsed.GetValue(_reserved)),
            ErrorPolicy = parsed.GetValue(_errors) switch
            {
                null or "continue" => 1,
                "remount-ro" => 2,
                "panic" => 3,
                string other => throw new UsageException($"{other}: continue, remount-ro or panic"),
            },
        };
        foreach (string item in Split(parsed.GetValue(_journal)))
        {
            options = WithJournal(options, item);
        }

        foreach (string item in Split(parsed.GetValue(_extended)))
        {
            options = ExtendedOptions.Apply(options, item);
        }

        return options;
    }

    /// <summary>Whether the part for the superuser was given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <returns>False when it is the default.</returns>
    internal bool HasReserved(ParseResult parsed) => parsed.GetValue(_reserved) is not null;

    /// <summary>Closes what the options opened.</summary>
    internal void Close()
    {
        foreach (IDisposable device in _devices)
        {
            device.Dispose();
        }
    }

    /// <summary>Parses a UUID.</summary>
    /// <param name="text">Sixteen bytes in hexadecimal with hyphens, clear, or random.</param>
    /// <returns>The UUID, or null for a random one.</returns>
    internal static Uuid? UuidOf(string? text)
    {
        if (text is null or "random" or "time")
        {
            return null;
        }

        if (text is "clear" or "null")
        {
            return Uuid.Nil;
        }

        Span<byte> bytes = stackalloc byte[Bytes16.Length];
        return Guid.TryParseExact(text, "D", out Guid parsed) && parsed.TryWriteBytes(bytes, bigEndian: true, out _)
            ? Uuid.Read(bytes)
            : throw new UsageException($"{text}: not a UUID");
    }

    private FormatOptions WithJournal(FormatOptions options, string item)
    {
        (string name, string value) = ExtendedOptions.Pair(item);
        switch (name)
        {
            case "size":
                return options with
                {
                    JournalMegabytes = Number(value),
                    Features = ["has_journal", .. options.Features],
                };
            case "fast_commit_size":
                return options with { FastCommitKilobytes = Number(value) };
            case "location":
                return options with { JournalLocation = (ulong)Number(value) };
            case "device":
                FileDevice device = FileDevice.Open(value, FileAccess.ReadWrite);
                _devices.Add(device);
                return options with { JournalDevice = device, Features = ["has_journal", .. options.Features] };
            default:
                throw new UsageException($"{item}: size=, fast_commit_size=, location= or device=");
        }
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new UsageException($"{text}: not a number");

    private static long? Size(string? text) => text is null ? null : SizeText.Parse(text);

    private static int? Int(string? text) => Size(text) switch
    {
        null => null,
        <= int.MaxValue and long size => (int)size,
        _ => throw new UsageException($"{text}: too large"),
    };

    private static double Percent(string? text) => text is null
        ? ReservedPercentDefault
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent)
            ? percent
            : throw new UsageException($"{text}: not a number");

    private static List<string> Split(string[]? texts)
    {
        List<string> all = [];
        foreach (string text in texts ?? [])
        {
            all.AddRange(text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        }

        return all;
    }
}
