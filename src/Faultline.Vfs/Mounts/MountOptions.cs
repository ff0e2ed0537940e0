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
