// One line of a manifest: what it is about, and what it says of it.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;

namespace Faultline.Building.Manifests;

/// <summary>One line of a manifest. What is null is not said.</summary>
internal sealed record ManifestEntry
{
    /// <summary>Number of the line, for messages.</summary>
    internal required int Line { get; init; }

    /// <summary>The path, which may be a pattern.</summary>
    internal required UnixPath Path { get; init; }

    /// <summary>Type bits.</summary>
    internal uint? Type { get; init; }

    /// <summary>Permission bits.</summary>
    internal uint? Mode { get; init; }

    internal uint? Uid { get; init; }

    internal uint? Gid { get; init; }

    internal UnixTime? Time { get; init; }

    /// <summary>Target of a symbolic link, or path of the file that a hard link names.</summary>
    internal UnixPath? Link { get; init; }

    /// <summary>Whether <see cref="Link"/> is another name of a file.</summary>
    internal bool IsHardLink { get; init; }

    internal (uint Major, uint Minor)? Device { get; init; }

    /// <summary>Host path of the contents.</summary>
    internal string? Contents { get; init; }

    internal IReadOnlyList<BuildXattr> Xattrs { get; init; } = [];

    /// <summary>Whether it does not matter if there is no such thing.</summary>
    internal bool IsOptional { get; init; }

    /// <summary>Whether it is taken out.</summary>
    internal bool IsRemoved { get; init; }
}
