// One structure of an image: where it lies and what protects it.

namespace Faultline.Fuzz;

/// <summary>A structure that can be damaged.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Offset">Byte offset in the image.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">What protects it.</param>
internal sealed record Structure(StructureKind Kind, int Offset, int Length, Checksum Checksum)
{
    /// <summary>Fields lie at multiples of this many bytes.</summary>
    internal const int FieldAlignment = 2;
}
