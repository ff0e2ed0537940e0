// What stat(2) answers.

using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>An inode's number and attributes.</summary>
/// <param name="Number">The number.</param>
/// <param name="Attributes">The attributes.</param>
public readonly record struct InodeStat(InodeNumber Number, InodeAttributes Attributes);
