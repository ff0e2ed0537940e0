// The key of a look-up, whose name lies in the caller's path.

using System;

namespace Faultline.Vfs.Dentries;

/// <summary>A name in a directory, not copied.</summary>
internal readonly ref struct DentryLookup(ulong directoryId, ReadOnlySpan<byte> name)
{
    internal readonly ulong DirectoryId = directoryId;
    internal readonly ReadOnlySpan<byte> Name = name;
}
