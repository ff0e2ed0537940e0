// The scope of Lockdep.Pin.

namespace Faultline.Locking;

/// <summary>A scope in which a held lock must not be released.</summary>
public ref struct PinScope
{
    private object? _instance;

    internal PinScope(object instance)
    {
        _instance = instance;
    }

    /// <summary>Ends the scope.</summary>
    public void Dispose()
    {
        if (_instance is not null)
        {
            Lockdep.Unpin(_instance);
            _instance = null;
        }
    }
}
