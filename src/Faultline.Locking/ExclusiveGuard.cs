// The scope of an RwSemaphore held exclusive. A ref struct, so that it cannot be kept across an
// await.

using System.Runtime.CompilerServices;
using Faultline.Base;

namespace Faultline.Locking;

/// <summary>A semaphore held exclusive; disposal releases it. The default value holds
/// nothing.</summary>
public ref struct ExclusiveGuard
{
    private RwSemaphore? _lock;

    internal ExclusiveGuard(RwSemaphore held)
    {
        _lock = held;
    }

    /// <summary>Turns the hold into a shared one without a moment in which nobody holds.</summary>
    /// <returns>The shared guard; this one holds nothing any more.</returns>
    public SharedGuard Downgrade()
    {
        RwSemaphore? held = _lock;
        Check.That(held is not null);
        _lock = null;
        held.Downgrade();
        return new SharedGuard(held, SharedHold.Counted);
    }

    /// <summary>Releases the lock; a second call does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        RwSemaphore? held = _lock;
        _lock = null;
        held?.ReleaseExclusive();
    }
}
