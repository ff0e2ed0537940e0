// An intact image in memory, with the map of its structures.

using System.Collections.Generic;
using System.Linq;

namespace Faultline.Fuzz;

/// <summary>An intact image and its structures.</summary>
/// <param name="Name">Name, part of a replay.</param>
/// <param name="Bytes">The bytes; nobody changes them.</param>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="InodeCount">Inodes of the volume.</param>
/// <param name="Structures">What can be damaged.</param>
internal sealed record BaseImage(
    string Name, byte[] Bytes, int BlockSize, uint InodeCount, IReadOnlyList<Structure> Structures)
{
    private readonly ILookup<StructureKind, Structure> _byKind = Structures.ToLookup(static item => item.Kind);

    internal IReadOnlyList<Structure> Of(StructureKind kind) => [.. _byKind[kind]];

    internal IEnumerable<StructureKind> Kinds => _byKind.Select(static group => group.Key);
}
