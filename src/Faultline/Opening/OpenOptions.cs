// How to open an image.

using Faultline.PageCache;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Microsoft.Extensions.Logging;

namespace Faultline.Opening;

/// <summary>How to open an image. Everything has a default.</summary>
public sealed record OpenOptions
{
    /// <summary>Number of the partition, from 1; null opens the whole device, or its only partition
    /// when it holds a table.</summary>
    public int? Partition { get; init; }

    /// <summary>Path of the device of an external journal, or null.</summary>
    public string? JournalPath { get; init; }

    /// <summary>Mount options.</summary>
    public MountOptions Mount { get; init; } = new();

    /// <summary>On whose behalf files are opened; root by default, who may read everything.</summary>
    public Credentials Credentials { get; init; } = Credentials.Root;

    /// <summary>Where cached file data live; the pool that all volumes share by default.</summary>
    public FolioPool? Pool { get; init; }

    /// <summary>Takes messages about what opening found, or null.</summary>
    public ILogger? Logger { get; init; }
}
