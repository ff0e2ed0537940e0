// One partition of a device, as its table describes it.

using Faultline.Base;

namespace Faultline.Block.Partitions;

/// <summary>One partition.</summary>
/// <param name="Number">Number as Linux counts: 1 to 4 primary, 5 and up logical; GPT by
/// entry.</param>
/// <param name="StartBytes">Byte offset of its first byte.</param>
/// <param name="SizeBytes">Bytes.</param>
/// <param name="Type">Type byte of an MBR entry, or 0.</param>
/// <param name="TypeUuid">Type of a GPT entry as stored, or nil.</param>
/// <param name="Name">Name of a GPT entry, or empty.</param>
public sealed record Partition(
    int Number, long StartBytes, long SizeBytes, byte Type, Uuid TypeUuid, string Name)
{
    /// <summary>A device over the partition's bytes.</summary>
    /// <param name="whole">The device the table was read from.</param>
    /// <returns>The device; EUCLEAN (FsException) when the partition does not lie inside.</returns>
    public Devices.PartitionDevice Open(IBlockDevice whole) =>
        new(whole, StartBytes, SizeBytes, $"{whole.Name}@{Number}");
}
