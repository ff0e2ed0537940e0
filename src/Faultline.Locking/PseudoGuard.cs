// The scope of a held PseudoLock.

namespace Faultline.Locking;

/// <summary>A held pseudo lock; disposal releases it. The default value holds nothing.</summary>
public ref struct PseudoGuard
{
    private readonly LockMode _mode;
    private PseudoLock? _lock;

    internal PseudoGuard(PseudoLock held, LockMode mode)
    {
        _lock = held;
        _mode = mode;
    }

    /// <summary>Releases the lock; a second call does nothing.</summary>
    public void Dispose()
    {
        PseudoLock? held = _lock;
        _lock = null;
        held?.Release(_mode);
    }

    /// <summary>Gives the hold away: disposal then does nothing.</summary>
    public void HandOver()
    {
        PseudoLock? held = _lock;
        _lock = null;
        held?.HandOver();
    }
}
