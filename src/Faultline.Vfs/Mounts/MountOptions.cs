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

    /// <summary>Which implementation of the invalidate lock the mount's files use.</summary>
    public InvalidatePolicy InvalidatePolicy { get; init; } = InvalidatePolicy.RangeLock;

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
        if (word.StartsWith("sb=", StringComparison.Ordinal))
        {
            return ulong.TryParse(word.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out ulong block)
                ? this with { SuperBlockLocation = block }
                : null;
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
            "invalidate=range" => this with { InvalidatePolicy = InvalidatePolicy.RangeLock },
            "invalidate=rwsem" => this with { InvalidatePolicy = InvalidatePolicy.ReaderWriterSemaphore },
            "invalidate=entries" => this with { InvalidatePolicy = InvalidatePolicy.LockedEntries },
            _ => null,
        };
    }
}
