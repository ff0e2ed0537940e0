// What a primitive tells the validator about one acquisition. A plain value, passed by reference.

namespace Faultline.Locking;

/// <summary>One acquisition.</summary>
/// <param name="Instance">The lock object (for a bit lock, the object that owns the word).</param>
/// <param name="Key">Its class.</param>
/// <param name="Mode">The mode wanted.</param>
public readonly record struct LockRequest(object Instance, LockKey Key, LockMode Mode)
{
    /// <summary>Instance order among locks of the class; 0: none.</summary>
    public ulong Order { get; init; }

    /// <summary>0..7.</summary>
    public int Subclass { get; init; }

    /// <summary>First folio index of a range lock.</summary>
    public long First { get; init; }

    /// <summary>Last folio index of a range lock, inclusive.</summary>
    public long Last { get; init; } = long.MaxValue;
}
