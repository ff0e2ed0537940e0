// The key of a look-up, whose name lies in the caller's path.

using System;

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory, not copied.</summary>
internal readonly ref struct DentryLookup(ulong parentId, ReadOnlySpan<byte> name)
{
    internal readonly ulong ParentId = parentId;
    internal readonly ReadOnlySpan<byte> Name = name;
}
