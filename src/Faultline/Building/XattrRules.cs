// Which extended attributes of sources go into a volume: those of the namespaces that ext4 stores. Others belong to
// the file system they come from.

using System;

namespace Faultline.Building;

/// <summary>Which extended attributes go into a volume.</summary>
internal static class XattrRules
{
    /// <summary>Whether an attribute is stored.</summary>
    /// <param name="name">Whole name.</param>
    /// <returns>False for what only its own file system understands.</returns>
    internal static bool IsStored(ReadOnlySpan<byte> name) =>
        name.StartsWith("user."u8)
        || name.StartsWith("trusted."u8)
        || name.StartsWith("security."u8)
        || name.SequenceEqual("system.posix_acl_access"u8)
        || name.SequenceEqual("system.posix_acl_default"u8);
}
