// A name for an inode that outlives paths: name_to_handle_at(2).

using Faultline.Base;

namespace Faultline.Vfs.Mounts;

/// <summary>A file handle: the number of an inode and its generation, which tells a reused number apart.</summary>
/// <param name="Number">The number.</param>
/// <param name="Generation">The generation.</param>
public readonly record struct InodeHandle(InodeNumber Number, uint Generation);
