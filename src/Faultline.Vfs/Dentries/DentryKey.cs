// Key of the dentry table.

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory.</summary>
/// <param name="DirectoryId">Object id of the directory's inode.</param>
/// <param name="Name">Name bytes; not changed any more.</param>
internal readonly record struct DentryKey(ulong DirectoryId, byte[] Name);
