// The scope of a held FairMutex. A ref struct, so that it cannot be kept across an await.

using System.Runtime.CompilerServices;

namespace Faultline.Locking;

/// <summary>A held mutex; disposal releases it. The default value holds nothing.</summary>
public ref struct MutexGuard
{
    private FairMutex? _lock;

    internal MutexGuard(FairMutex held)
    {
        _lock = held;
    }

    /// <summary>Releases the lock; a second call does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        FairMutex? held = _lock;
        _lock = null;
        held?.Release();
    }
}
