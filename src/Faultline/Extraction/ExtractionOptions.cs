// How to copy out of a volume.

namespace Faultline.Extraction;

/// <summary>How to copy out of a volume.</summary>
public sealed record ExtractionOptions
{
    /// <summary>Copy what directories hold; without it a directory is refused (EISDIR).</summary>
    public bool Recursive { get; init; } = true;

    /// <summary>Set owner and group, where the host permits it.</summary>
    public bool PreserveOwner { get; init; } = true;

    /// <summary>Set permission bits.</summary>
    public bool PreserveMode { get; init; } = true;

    /// <summary>Set access and modification times.</summary>
    public bool PreserveTimes { get; init; } = true;

    /// <summary>Set extended attributes, where the host permits it.</summary>
    public bool PreserveXattrs { get; init; } = true;

    /// <summary>Name to give the copy instead of its own, or null. A single component.</summary>
    public string? NewName { get; init; }
}
