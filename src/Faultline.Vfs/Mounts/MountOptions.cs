// The options of a mount, in the words of mount(8).

using System;
using System.Globalization;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Reading;

namespace Faultline.Vfs.Mounts;

/// <summary>Options of a mount. Immutable.</summary>
public sealed record MountOptions
{
    private const long CommitSecondsMax = 3600;

    /// <summary>Nothing is written to the device.</summary>
    public bool ReadOnly { get; init; } = true;

    /// <summary>A dirty journal is ignored instead of replayed (<c>norecovery</c>, <c>noload</c>):
    /// what is read may be out of date.</summary>
    public bool NoRecovery { get; init; }

    /// <summary>Access-time updates.</summary>
    public AccessTimePolicy AccessTime { get; init; } = AccessTimePolicy.Relative;

    /// <summary>Reading a directory sets no access time (<c>nodiratime</c>).</summary>
    public bool NoDirectoryAccessTime { get; init; }

    /// <summary>Times that change alone stay in memory until something else is written, or a sync
    /// (<c>lazytime</c>).</summary>
    public bool LazyTime { get; init; }

    /// <summary>Every write is synchronous (<c>sync</c>).</summary>
    public bool Synchronous { get; init; }

    /// <summary>Every change of a directory is synchronous (<c>dirsync</c>).</summary>
    public bool DirectorySynchronous { get; init; }

    /// <summary>Set-user-id bits have no effect on execution (<c>nosuid</c>). Kept for whoever executes.</summary>
    public bool NoSetUserId { get; init; }

    /// <summary>Where the superblock lies, in blocks of 1 KiB (<c>sb=</c>), or null for the
    /// format's own place.</summary>
    public ulong? SuperBlockLocation { get; init; }

    /// <summary>Largest readahead window in bytes; 0 turns readahead off.</summary>
    public long ReadaheadBytesMax { get; init; } = ReadaheadState.DefaultBytesMax;

    /// <summary>Which implementation of the invalidate lock the mount's files use. FallocQueue is for files that live
    /// in the page cache; others have RangeLock instead.</summary>
    public InvalidatePolicy InvalidatePolicy { get; init; } = InvalidatePolicy.RangeLock;

    /// <summary>Freed space is discarded once that it is free is durable (<c>discard</c>).</summary>
    public bool Discard { get; init; }

    /// <summary>Seconds after which changes of metadata are committed without being asked (<c>commit=</c>); 0 for the
    /// default.</summary>
    public int CommitSeconds { get; init; }

    /// <summary>What damage that is met while writing leads to (<c>errors=</c>), or null for what the volume
    /// says.</summary>
    public ErrorPolicy? Errors { get; init; }

    /// <summary>Data go through the journal, too (<c>data=journal</c>). Refused by every driver so far.</summary>
    public bool DataJournal { get; init; }

    /// <summary>Replacing a file by renaming does not wait for its data (<c>noauto_da_alloc</c>).</summary>
    public bool NoAutoAllocate { get; init; }

    /// <summary>For file systems in memory: most bytes that files may take (<c>size=</c>, with k, m, g), 0 for no
    /// limit; null for half of what the page cache may take.</summary>
    public long? SizeBytesMax { get; init; }

    /// <summary>For file systems in memory: most inodes (<c>nr_inodes=</c>, with k, m, g), 0 for no limit; null for one
    /// a page of the default size.</summary>
    public long? InodesMax { get; init; }

    /// <summary>For file systems in memory: permission bits of the root (<c>mode=</c>, octal).</summary>
    public uint? RootMode { get; init; }

    /// <summary>For file systems in memory: owner of the root (<c>uid=</c>).</summary>
    public uint? RootUid { get; init; }

    /// <summary>For file systems in memory: group of the root (<c>gid=</c>).</summary>
    public uint? RootGid { get; init; }

    /// <summary>Parses a comma-separated list such as <c>ro,noatime,noload,sb=32768</c>.</summary>
    /// <param name="text">The list; empty means the defaults.</param>
    /// <returns>The options.</returns>
    /// <errors>EINVAL an option that is not known, or a value that is no number; the option is named.</errors>
    public static Result<MountOptions> Parse(string text)
    {
        MountOptions options = new();
        string[] words = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (string word in words)
        {
            MountOptions? next = options.With(word);
            if (next is null)
            {
                return VfsReasons.MountOption.With(word);
            }

            options = next;
        }

        return options;
    }

    private MountOptions? With(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        if (equals >= 0 && !word.StartsWith("invalidate=", StringComparison.Ordinal))
        {
            return WithValue(word.Substring(0, equals), word.Substring(equals + 1));
        }

        return word switch
        {
            "defaults" => this,
            "ro" => this with { ReadOnly = true },
            "rw" => this with { ReadOnly = false },
            "lazytime" => this with { LazyTime = true },
            "nolazytime" => this with { LazyTime = false },
            "sync" => this with { Synchronous = true },
            "async" => this with { Synchronous = false },
            "dirsync" => this with { DirectorySynchronous = true },
            "nosuid" => this with { NoSetUserId = true },
            "suid" => this with { NoSetUserId = false },
            "nodiratime" => this with { NoDirectoryAccessTime = true },
            "diratime" => this with { NoDirectoryAccessTime = false },
            "norecovery" or "noload" => this with { NoRecovery = true },
            "noatime" => this with { AccessTime = AccessTimePolicy.Never },
            "relatime" => this with { AccessTime = AccessTimePolicy.Relative },
            "strictatime" => this with { AccessTime = AccessTimePolicy.Strict },
            "discard" => this with { Discard = true },
            "nodiscard" => this with { Discard = false },
            "auto_da_alloc" => this with { NoAutoAllocate = false },
            "noauto_da_alloc" => this with { NoAutoAllocate = true },
            "invalidate=range" => this with { InvalidatePolicy = InvalidatePolicy.RangeLock },
            "invalidate=rwsem" => this with { InvalidatePolicy = InvalidatePolicy.ReaderWriterSemaphore },
            "invalidate=queue" => this with { InvalidatePolicy = InvalidatePolicy.FallocQueue },
            "invalidate=entries" => this with { InvalidatePolicy = InvalidatePolicy.LockedEntries },
            _ => null,
        };
    }

    private MountOptions? WithValue(string key, string value)
    {
        if (key == "mode")
        {
            return Octal(value) is uint mode ? this with { RootMode = mode } : null;
        }

        if (key is "data" or "errors")
        {
            return WithWord(key, value);
        }

        if (Number(value) is not long number)
        {
            return null;
        }

        return key switch
        {
            "commit" when number <= CommitSecondsMax => this with { CommitSeconds = (int)number },
            "sb" => this with { SuperBlockLocation = (ulong)number },
            "size" => this with { SizeBytesMax = number },
            "nr_inodes" => this with { InodesMax = number },
            "uid" when number <= uint.MaxValue => this with { RootUid = (uint)number },
            "gid" when number <= uint.MaxValue => this with { RootGid = (uint)number },
            _ => null,
        };
    }

    // data=ordered and data=writeback say what holds anyway: data are on the device before what leads to them.
    private MountOptions? WithWord(string key, string value) => (key, value) switch
    {
        ("data", "ordered" or "writeback") => this with { DataJournal = false },
        ("data", "journal") => this with { DataJournal = true },
        ("errors", "continue") => this with { Errors = ErrorPolicy.Continue },
        ("errors", "remount-ro") => this with { Errors = ErrorPolicy.ReadOnly },
        ("errors", "panic") => this with { Errors = ErrorPolicy.Panic },
        _ => null,
    };

    // With the suffixes that memparse of the kernel knows.
    private static long? Number(string text)
    {
        if (text.Length == 0)
        {
            return null;
        }

        int shift = text[^1] switch { 'k' or 'K' => 10, 'm' or 'M' => 20, 'g' or 'G' => 30, _ => 0 };
        ReadOnlySpan<char> digits = shift == 0 ? text : text.AsSpan(0, text.Length - 1);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            && number <= long.MaxValue >> shift
                ? number << shift
                : null;
    }

    private static uint? Octal(string text)
    {
        const uint ModeMax = 0xFFF;
        uint mode = 0;
        foreach (char digit in text)
        {
            if (digit is < '0' or > '7' || mode > ModeMax)
            {
                return null;
            }

            mode = (mode * 8) + (uint)(digit - '0');
        }

        return text.Length > 0 && mode <= ModeMax ? mode : null;
    }
}
