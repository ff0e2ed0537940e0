// The scope of an entered freeze level.

namespace Faultline.Locking;

/// <summary>An entered level; disposal leaves it. The default value holds nothing.</summary>
public ref struct FreezeGuard
{
    private FreezeLevels.Level? _level;

    internal FreezeGuard(FreezeLevels.Level level)
    {
        _level = level;
    }

    /// <summary>Leaves the level; a second call does nothing.</summary>
    public void Dispose()
    {
        FreezeLevels.Level? level = _level;
        _level = null;
        level?.LeaveShared();
    }
}
