// Kinds of time updates.

namespace Faultline.Vfs.Calls;

/// <summary>What happens to a time.</summary>
public enum TimeUpdateKind
{
    /// <summary>It stays.</summary>
    Omit,

    /// <summary>It becomes now.</summary>
    Now,

    /// <summary>It is set.</summary>
    Set,
}
