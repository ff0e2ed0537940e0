// An entry of a tar archive, its extended headers applied.

using Faultline.Base;
using Faultline.Paths;

namespace Faultline.Tar;

/// <summary>An entry of a tar archive.</summary>
internal sealed record TarEntry
{
    /// <summary>Type of the entry, as in the header; a directory is always <c>5</c>, a file <c>0</c>.</summary>
    internal required byte Type { get; init; }

    internal required UnixPath Name { get; init; }

    /// <summary>Target of a link.</summary>
    internal required UnixPath LinkName { get; init; }

    /// <summary>Permission bits.</summary>
    internal required uint Mode { get; init; }

    internal required uint Uid { get; init; }

    internal required uint Gid { get; init; }

    /// <summary>Name of the owner, or empty.</summary>
    internal required string Owner { get; init; }

    /// <summary>Name of the group, or empty.</summary>
    internal required string OwningGroup { get; init; }

    internal required UnixTime ModifyTime { get; init; }

    internal required UnixTime? AccessTime { get; init; }

    internal required UnixTime? ChangeTime { get; init; }

    internal required uint DeviceMajor { get; init; }

    internal required uint DeviceMinor { get; init; }

    /// <summary>Bytes of the file, holes included.</summary>
    internal required long SizeBytes { get; init; }

    /// <summary>Where its data begin in the archive.</summary>
    internal required long DataOffset { get; init; }

    /// <summary>The parts that the archive holds, or null when it holds all of it.</summary>
    internal required SparseMap? Sparse { get; init; }

    /// <summary>Its extended headers.</summary>
    internal required PaxHeader Extended { get; init; }
}
