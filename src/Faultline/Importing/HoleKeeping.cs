// Where a copy has holes.

namespace Faultline.Importing;

/// <summary>Where a copy has holes.</summary>
public enum HoleKeeping
{
    /// <summary>Where the source has them.</summary>
    AsSource,

    /// <summary>Wherever a whole block is zero.</summary>
    Everywhere,

    /// <summary>Nowhere.</summary>
    Nowhere,
}
