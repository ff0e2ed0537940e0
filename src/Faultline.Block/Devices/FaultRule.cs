// One line of a fault script: which transfers fail, and how.

using System.Threading;

namespace Faultline.Block.Devices;

/// <summary>A scripted fault: after some matching transfers pass, some fail.</summary>
/// <param name="kind">What happens.</param>
/// <param name="firstByte">First byte concerned; a transfer matches when it touches the
/// range.</param>
/// <param name="lastByte">Last byte concerned, inclusive.</param>
/// <param name="skip">Matching transfers that pass first.</param>
/// <param name="count">Matching transfers that fail then.</param>
public sealed class FaultRule(
    FaultKind kind,
    long firstByte = 0,
    long lastByte = long.MaxValue,
    int skip = 0,
    int count = int.MaxValue)
{
    private long _seen = -1;

    /// <summary>What happens.</summary>
    public FaultKind Kind { get; } = kind;

    /// <summary>Times the fault struck.</summary>
    public int StruckCount => (int)long.Clamp(Volatile.Read(ref _seen) + 1 - skip, 0, count);

    /// <summary>Whether a transfer matches and is one of those that fail. Counts it if it
    /// matches.</summary>
    /// <param name="attempt">What is being done.</param>
    /// <param name="offset">Byte offset.</param>
    /// <param name="length">Bytes.</param>
    /// <returns>True when the fault strikes.</returns>
    internal bool Strikes(FaultKind attempt, long offset, long length)
    {
        bool isTouched = (offset <= lastByte) && (offset + length > firstByte);
        if ((attempt != Kind) || !isTouched)
        {
            return false;
        }

        long number = Interlocked.Increment(ref _seen);
        return (number >= skip) && (number - skip < count);
    }
}
