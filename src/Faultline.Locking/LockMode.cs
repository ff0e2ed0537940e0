// The modes in which locks are held and wanted, over all kinds of locks.

namespace Faultline.Locking;

/// <summary>How a lock is held or wanted, as the validator sees it.</summary>
public enum LockMode
{
    /// <summary>Alone.</summary>
    Exclusive,

    /// <summary>With other readers, but behind a queued writer.</summary>
    Shared,

    /// <summary>With other readers, even past a queued writer.</summary>
    RecursiveShared,

    /// <summary><see cref="InvalidateMode.Fill"/>.</summary>
    Fill,

    /// <summary><see cref="InvalidateMode.Modify"/>.</summary>
    Modify,

    /// <summary><see cref="InvalidateMode.Freeze"/>.</summary>
    Freeze,

    /// <summary><see cref="InvalidateMode.Invalidate"/>.</summary>
    Invalidate,
}
