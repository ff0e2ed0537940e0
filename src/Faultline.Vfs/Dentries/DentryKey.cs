// Key of the dentry table.

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory.</summary>
/// <param name="ParentId">Id of the directory's dentry.</param>
/// <param name="Name">Name bytes; not changed any more.</param>
internal readonly record struct DentryKey(ulong ParentId, byte[] Name);
