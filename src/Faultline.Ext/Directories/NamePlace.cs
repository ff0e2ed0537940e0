// Where a directory entry is.

using Faultline.Block.Buffers;

namespace Faultline.Ext.Directories;

/// <summary>Where a directory entry is, or where there is room for one.</summary>
/// <param name="Block">The block.</param>
/// <param name="Offset">Byte offset of the record.</param>
/// <param name="Previous">Byte offset of the record before it, or -1.</param>
/// <param name="Inode">The inode named, or 0.</param>
internal readonly record struct NamePlace(MetadataBuffer Block, int Offset, int Previous, uint Inode);
