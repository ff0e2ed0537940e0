// What statfs(2) tells of a volume.

using Faultline.Base;

namespace Faultline.Vfs.Mounts;

/// <summary>Space and limits of a mounted volume.</summary>
/// <param name="BlockSizeBytes">Unit of the block counts.</param>
/// <param name="Blocks">Blocks for data, as the format's Linux driver reports them (overhead
/// subtracted unless minixdf).</param>
/// <param name="BlocksFree">Free blocks.</param>
/// <param name="BlocksAvailable">Free blocks that ordinary users may take.</param>
/// <param name="Files">Inodes.</param>
/// <param name="FilesFree">Free inodes.</param>
/// <param name="NameLengthMax">Longest name in bytes.</param>
/// <param name="Id">File-system id.</param>
public sealed record StatFs(
    long BlockSizeBytes,
    ulong Blocks,
    ulong BlocksFree,
    ulong BlocksAvailable,
    ulong Files,
    ulong FilesFree,
    int NameLengthMax,
    Uuid Id);
