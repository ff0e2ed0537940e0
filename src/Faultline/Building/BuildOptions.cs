// How an image with contents is built.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Ext.Making;

namespace Faultline.Building;

/// <summary>How an image with contents is built.</summary>
public sealed record BuildOptions
{
    /// <summary>The volume; without a size one is worked out.</summary>
    public FormatOptions Format { get; init; } = new();

    /// <summary>How large the volume is when <see cref="Format"/> does not say so.</summary>
    public BuildSizing Sizing { get; init; } = new();

    /// <summary>Host paths of manifests, applied in order to what sources brought.</summary>
    public IReadOnlyList<string> Manifests { get; init; } = [];

    /// <summary>Owner of everything that a source brings, or null for what the source says.</summary>
    public uint? Uid { get; init; }

    /// <summary>Group of everything that a source brings, or null for what the source says.</summary>
    public uint? Gid { get; init; }

    /// <summary>Changes permission bits of what a source brings: takes bits and whether it is a directory, gives
    /// bits; or null.</summary>
    public Func<uint, bool, uint>? ChangeMode { get; init; }

    /// <summary>Extended attributes and ACLs are kept.</summary>
    public bool KeepsXattrs { get; init; } = true;

    /// <summary>What lies on other file systems of the host than the source directory is left out; the directories on
    /// which they are mounted stay, empty.</summary>
    public bool IsOneFileSystem { get; init; }

    /// <summary>The same tree and options make the same bytes: UUID and hash seed are derived from them, access times
    /// are modification times, all other times are <see cref="SourceDateEpoch"/> or 0.</summary>
    public bool IsReproducible { get; init; }

    /// <summary>The time of everything that is made now. With a reproducible image, no modification time is later.
    /// Null is the time of day, or 1970 for a reproducible image.</summary>
    public UnixTime? SourceDateEpoch { get; init; }

    /// <summary>A volume that is there may be replaced.</summary>
    public bool Replaces { get; init; }

    /// <summary>Threads that read and write contents, or null for one each processor, at most 8. The bytes do not
    /// depend on it.</summary>
    public int? Threads { get; init; }
}
