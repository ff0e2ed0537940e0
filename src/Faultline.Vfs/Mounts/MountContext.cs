// What a driver is given to mount a volume.

using Faultline.Base;
using Faultline.Block;
using Faultline.PageCache;

namespace Faultline.Vfs.Mounts;

/// <summary>What a driver is given to mount a volume.</summary>
/// <param name="Device">The volume's device. Stays the caller's; the driver does not dispose it.</param>
/// <param name="Pool">Where the page cache of its files lives.</param>
/// <param name="Options">Mount options.</param>
/// <param name="Clock">The clock.</param>
public sealed record MountContext(
    IBlockDevice Device, FolioPool Pool, MountOptions Options, IClock Clock)
{
    /// <summary>The device of an external journal, or null.</summary>
    public IBlockDevice? JournalDevice { get; init; }
}
