// Names as keys: equal when all bytes are.

using System;
using System.Collections.Generic;

namespace Faultline.Ext.Building;

/// <summary>Compares names byte by byte.</summary>
internal sealed class NameComparer : IEqualityComparer<ReadOnlyMemory<byte>>
{
    internal static NameComparer Instance { get; } = new();

    public bool Equals(ReadOnlyMemory<byte> x, ReadOnlyMemory<byte> y) => x.Span.SequenceEqual(y.Span);

    // Seeded for each process, so that nobody can choose names that collide; order never comes from here.
    public int GetHashCode(ReadOnlyMemory<byte> obj)
    {
        HashCode hash = default;
        hash.AddBytes(obj.Span);
        return hash.ToHashCode();
    }
}
