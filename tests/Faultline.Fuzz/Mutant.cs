// The name of a mutant: from it alone the mutant is made again.

using System;
using System.Globalization;

namespace Faultline.Fuzz;

/// <summary>The name of a mutant.</summary>
/// <param name="Image">Name of the intact image.</param>
/// <param name="Kind">Kind of structure damaged.</param>
/// <param name="Seed">Seed of the damage.</param>
internal sealed record Mutant(string Image, StructureKind Kind, ulong Seed)
{
    /// <summary>A mutant of a campaign.</summary>
    /// <param name="image">The intact image.</param>
    /// <param name="kind">Kind of structure damaged.</param>
    /// <param name="round">Number of the mutant among those of its kind.</param>
    /// <returns>The mutant.</returns>
    internal static Mutant At(BaseImage image, StructureKind kind, int round) =>
        new(image.Name, kind, ((ulong)kind * 1_000_000_000) + (ulong)round);

    internal static Mutant Parse(string text)
    {
        string[] parts = text.Split(':');
        return new Mutant(
            parts[0],
            Enum.Parse<StructureKind>(parts[1]),
            ulong.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Image}:{Kind}:{Seed}";
}
