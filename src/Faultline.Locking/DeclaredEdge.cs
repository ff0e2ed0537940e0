// One order of two lock classes that the design uses.

namespace Faultline.Locking;

/// <summary>While Outer is held, Inner is taken by some path.</summary>
/// <param name="Outer">The class held.</param>
/// <param name="Inner">The class taken inside.</param>
/// <param name="Reason">The path; where the suite never runs it, this is why it is
/// declared.</param>
public sealed record DeclaredEdge(LockClass Outer, LockClass Inner, string Reason)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Outer.Name} -> {Inner.Name}";
}
