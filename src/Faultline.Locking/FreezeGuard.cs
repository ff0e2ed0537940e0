// The scope of an entered freeze level.

namespace Faultline.Locking;

/// <summary>An entered level; disposal leaves it. The default value holds nothing.</summary>
public ref struct FreezeGuard
{
    private readonly SharedHold _hold;
    private FreezeLevels.Level? _level;

    internal FreezeGuard(FreezeLevels.Level level, SharedHold hold)
    {
        _level = level;
        _hold = hold;
    }

    /// <summary>Leaves the level; a second call does nothing.</summary>
    public void Dispose()
    {
        FreezeLevels.Level? level = _level;
        _level = null;
        level?.LeaveShared(_hold);
    }
}
