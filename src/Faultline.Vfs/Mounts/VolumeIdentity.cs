// What a volume says of itself without being mounted.

using Faultline.Base;

namespace Faultline.Vfs.Mounts;

/// <summary>What a volume says of itself without being mounted.</summary>
/// <param name="TypeName">File-system type as blkid(8) would name it: ext2, ext3, ext4.</param>
/// <param name="Label">Label, or empty.</param>
/// <param name="Uuid">UUID.</param>
/// <param name="SizeBytes">Size that the volume claims.</param>
public sealed record VolumeIdentity(string TypeName, string Label, Uuid Uuid, ulong SizeBytes);
