// An edge of the dependency graph: while From was held in one mode, To was wanted in another.

namespace Faultline.Locking.Validation;

/// <summary>A dependency between two lock classes, with the place where it was first
/// seen.</summary>
public sealed class LockEdge
{
    internal LockEdge(
        LockNode from, LockMode fromMode, LockNode to, LockMode toMode, LockSite site)
    {
        Source = from;
        FromMode = fromMode;
        Target = to;
        ToMode = toMode;
        Site = site;
    }

    /// <summary>Name of the class held.</summary>
    public string From => Source.Name;

    /// <summary>The mode it was held in.</summary>
    public LockMode FromMode { get; }

    /// <summary>Name of the class taken inside.</summary>
    public string To => Target.Name;

    /// <summary>The mode it was wanted in.</summary>
    public LockMode ToMode { get; }

    /// <summary>Which task took it first in this order, and where.</summary>
    public LockSite Site { get; }

    /// <summary>The declared class held.</summary>
    public LockClass FromClass => Source.Key.Class;

    /// <summary>The declared class taken inside.</summary>
    public LockClass ToClass => Target.Key.Class;

    internal LockNode Source { get; }

    internal LockNode Target { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{From} ({FromMode}) -> {To} ({ToMode})";
}
