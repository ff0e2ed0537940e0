// Who reads ahead.

namespace Faultline.PageCache.Reading;

/// <summary>Who does the reading ahead that no reader waits for.</summary>
public enum ReadaheadMode
{
    /// <summary>A few threads of the pool.</summary>
    Workers,

    /// <summary>A task of its own for each window, so that a controlled scheduler can interleave it.</summary>
    Tasks,

    /// <summary>Nobody: windows that nobody waits for are dropped.</summary>
    Off,
}
