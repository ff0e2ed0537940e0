// One of the two errors that a superblock remembers.

using Faultline.Base;

namespace Faultline.Ext;

/// <summary>An error that the superblock remembers.</summary>
/// <param name="Time">When.</param>
/// <param name="Function">Where in the driver that met it.</param>
/// <param name="Line">Line of its source.</param>
/// <param name="Inode">The inode concerned, or none.</param>
/// <param name="Block">The block concerned, or 0.</param>
public sealed record ExtErrorInfo(
    UnixTime Time, string Function, uint Line, InodeNumber Inode, BlockNumber Block);
