// One extended attribute, taken out of its list to be changed.

namespace Faultline.Ext.Attributes;

/// <summary>One extended attribute of an inode.</summary>
/// <param name="Index">Index of the name's prefix.</param>
/// <param name="Name">The rest of the name.</param>
/// <param name="Value">The value as stored; empty when it lies in an inode.</param>
/// <param name="ValueInode">Inode of the value, or 0.</param>
/// <param name="ValueSize">Bytes of the value.</param>
/// <param name="Hash">Hash of name and value.</param>
/// <param name="IsInInode">Whether the entry lies in the inode, rather than in the block.</param>
internal sealed record XattrItem(
    byte Index, byte[] Name, byte[] Value, uint ValueInode, uint ValueSize, uint Hash, bool IsInInode);
