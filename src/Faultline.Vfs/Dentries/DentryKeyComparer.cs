// Compares names as bytes, for stored keys and for look-ups that must not allocate.

using System;
using System.Collections.Generic;

namespace Faultline.Vfs.Dentries;

/// <summary>Byte-wise comparison of names within one directory.</summary>
internal sealed class DentryKeyComparer : IEqualityComparer<DentryKey>,
    IAlternateEqualityComparer<DentryLookup, DentryKey>
{
    public bool Equals(DentryKey x, DentryKey y) =>
        x.ParentId == y.ParentId && x.Name.AsSpan().SequenceEqual(y.Name);

    public int GetHashCode(DentryKey obj) => Hash(obj.ParentId, obj.Name);

    public bool Equals(DentryLookup alternate, DentryKey other) =>
        alternate.ParentId == other.ParentId && alternate.Name.SequenceEqual(other.Name);

    public int GetHashCode(DentryLookup alternate) => Hash(alternate.ParentId, alternate.Name);

    public DentryKey Create(DentryLookup alternate) => new(alternate.ParentId, alternate.Name.ToArray());

    // Randomised per process by HashCode, so that names cannot be chosen to collide.
    private static int Hash(ulong parentId, ReadOnlySpan<byte> name)
    {
        HashCode hash = default;
        hash.AddBytes(name);
        hash.Add(parentId);
        return hash.ToHashCode();
    }
}
