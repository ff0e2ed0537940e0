// Operations that remove, move or freeze data.

namespace Faultline.Race.Invalidation;

/// <summary>Operations that remove, move or freeze data.</summary>
public enum Invalidator
{
    Punch,
    Zero,
    Collapse,
    Insert,
    TruncateDown,
    TruncateUp,
    TruncateDownAndUp,
    DedupeCompare,
    Swap,
}
