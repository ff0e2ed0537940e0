// The scope of a held SpinLatch. A ref struct, so that it cannot be kept across an await.

using System.Runtime.CompilerServices;

namespace Faultline.Locking;

/// <summary>A held latch; disposal releases it. The default value holds nothing.</summary>
public ref struct SpinGuard
{
    private SpinLatch? _latch;

    internal SpinGuard(SpinLatch held)
    {
        _latch = held;
    }

    /// <summary>Releases the latch; a second call does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        SpinLatch? held = _latch;
        _latch = null;
        held?.Release();
    }
}
