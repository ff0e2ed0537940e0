// The scope of an RwSemaphore held shared. A ref struct, so that it cannot be kept across an await.

using System.Runtime.CompilerServices;

namespace Faultline.Locking;

/// <summary>A semaphore held shared; disposal releases it. The default value holds
/// nothing.</summary>
public ref struct SharedGuard
{
    private readonly SharedHold _hold;
    private RwSemaphore? _lock;

    internal SharedGuard(RwSemaphore held, SharedHold hold)
    {
        _lock = held;
        _hold = hold;
    }

    /// <summary>Releases the lock; a second call does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        RwSemaphore? held = _lock;
        _lock = null;
        held?.ReleaseShared(_hold);
    }
}
