// The scope of two ranges taken together.

namespace Faultline.Locking;

/// <summary>Two held ranges; disposal releases both. The default value holds nothing.</summary>
public ref struct InvalidatePairGuard
{
    private InvalidateGuard _first;
    private InvalidateGuard _second;

    internal InvalidatePairGuard(InvalidateGuard first, InvalidateGuard second)
    {
        _first = first;
        _second = second;
    }

    /// <summary>Releases both, in reverse order; a second call does nothing.</summary>
    public void Dispose()
    {
        _second.Dispose();
        _first.Dispose();
    }
}
