// Compares names as bytes, for stored keys and for look-ups that must not allocate.

using System;
using System.Collections.Generic;

namespace Faultline.Vfs.Dentries;

/// <summary>Byte-wise comparison of names within one directory.</summary>
internal sealed class DentryKeyComparer : IEqualityComparer<DentryKey>,
    IAlternateEqualityComparer<DentryLookup, DentryKey>
{
    public bool Equals(DentryKey x, DentryKey y) =>
        x.DirectoryId == y.DirectoryId && x.Name.AsSpan().SequenceEqual(y.Name);

    public int GetHashCode(DentryKey obj) => Hash(obj.DirectoryId, obj.Name);

    public bool Equals(DentryLookup alternate, DentryKey other) =>
        alternate.DirectoryId == other.DirectoryId && alternate.Name.SequenceEqual(other.Name);

    public int GetHashCode(DentryLookup alternate) => Hash(alternate.DirectoryId, alternate.Name);

    public DentryKey Create(DentryLookup alternate) => new(alternate.DirectoryId, alternate.Name.ToArray());

    // Randomised per process by HashCode, so that names cannot be chosen to collide.
    private static int Hash(ulong directoryId, ReadOnlySpan<byte> name)
    {
        HashCode hash = default;
        hash.AddBytes(name);
        hash.Add(directoryId);
        return hash.ToHashCode();
    }
}
