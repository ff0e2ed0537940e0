// One entry of a task's held stack. Written only by its task; read by others for reports, which may
// therefore be slightly stale but never torn in a way that matters (references are atomic).

namespace Faultline.Locking;

/// <summary>A lock that a task holds or waits for.</summary>
internal struct HeldLock
{
    public object? Instance;
    public LockKey? Key;
    public LockMode Mode;
    public int Subclass;
    public ulong Order;
    public long First;
    public long Last;

    /// <summary>Got by a try: it has no incoming edge.</summary>
    public bool IsTry;

    /// <summary>Still being waited for.</summary>
    public bool IsWaiting;

    /// <summary>Number of pins.</summary>
    public int PinCount;

    /// <summary>Class, subclass and mode in one number.</summary>
    public int Token;

    /// <summary>Hash of the stack up to and including this entry.</summary>
    public ulong ChainHash;
}
