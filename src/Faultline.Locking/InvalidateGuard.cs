// The scope of a held range. A ref struct, so that it cannot be kept across an await.

using System.Runtime.CompilerServices;
using Faultline.Locking.Ranges;

namespace Faultline.Locking;

/// <summary>A held range; disposal releases it. The default value holds nothing.</summary>
public ref struct InvalidateGuard
{
    private readonly RangeTicket _ticket;
    private InvalidateLock? _lock;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal InvalidateGuard(InvalidateLock held, RangeTicket ticket)
    {
        _lock = held;
        _ticket = ticket;
    }

    /// <summary>True while it holds something.</summary>
    public readonly bool IsHeld => _lock is not null;

    /// <summary>Releases the range; a second call does nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Dispose()
    {
        InvalidateLock? held = _lock;
        _lock = null;
        held?.Release(_ticket);
    }
}
