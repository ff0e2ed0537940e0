// The scope in which a task works towards completing a Completion.

namespace Faultline.Locking;

/// <summary>A promise to complete; see <see cref="Completion.Promise"/>.</summary>
public ref struct PromiseScope
{
    private PseudoGuard _guard;

    internal PromiseScope(PseudoGuard guard)
    {
        _guard = guard;
    }

    /// <summary>Ends the scope; a second call does nothing.</summary>
    public void Dispose() => _guard.Dispose();
}
