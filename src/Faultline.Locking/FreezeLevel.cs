// The levels at which a file system is frozen, outermost first.

namespace Faultline.Locking;

/// <summary>Who is kept out of a frozen file system.</summary>
public enum FreezeLevel
{
    /// <summary>Modifying calls (SB_FREEZE_WRITE).</summary>
    Write,

    /// <summary>Write faults (SB_FREEZE_PAGEFAULT).</summary>
    PageFault,

    /// <summary>Internal transactions (SB_FREEZE_FS).</summary>
    Internal,
}
