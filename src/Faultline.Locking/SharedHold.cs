// How a reader got into an RwCore, which it must say when it leaves.

namespace Faultline.Locking;

/// <summary>A shared hold of an <see cref="RwCore"/>.</summary>
internal enum SharedHold
{
    /// <summary>Not held.</summary>
    None,

    /// <summary>By the slot: one reader at a time, given back by a plain store.</summary>
    Slot,

    /// <summary>By the count.</summary>
    Counted,
}
