// What a file held after one operation on its data.

namespace Faultline.Lab.Crash;

/// <summary>What a file held after one operation on its data.</summary>
/// <param name="start">Window in which the operation began.</param>
/// <param name="contents">The bytes.</param>
internal sealed class FileVersion(int start, byte[] contents)
{
    /// <summary>Window in which the operation began: nothing of it is on the device before.</summary>
    internal int Start { get; } = start;

    /// <summary>The bytes of the file.</summary>
    internal byte[] Contents { get; } = contents;

    /// <summary>From this window on, this version or a later one is there.</summary>
    internal int Synced { get; set; } = int.MaxValue;
}
