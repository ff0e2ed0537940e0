// The scope of a held PseudoLock.

namespace Faultline.Locking;

/// <summary>A held pseudo lock; disposal releases it. The default value holds nothing.</summary>
public ref struct PseudoGuard
{
    private PseudoLock? _lock;

    internal PseudoGuard(PseudoLock held)
    {
        _lock = held;
    }

    /// <summary>Releases the lock; a second call does nothing.</summary>
    public void Dispose()
    {
        PseudoLock? held = _lock;
        _lock = null;
        held?.Release();
    }

    /// <summary>Gives the hold away: disposal then does nothing.</summary>
    public void HandOver()
    {
        PseudoLock? held = _lock;
        _lock = null;
        held?.HandOver();
    }
}
