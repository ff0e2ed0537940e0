// One state that a volume may be in after a power cut: which of the writes in flight are there, whole or torn.

using System.Globalization;
using System.Numerics;
using System.Text;

namespace Faultline.Lab.Crash;

/// <summary>Which of the writes in flight are there.</summary>
/// <param name="Window">Flushes before the cut.</param>
/// <param name="Included">One bit a write in flight, in order.</param>
/// <param name="Torn">Index of the one that is torn, or -1.</param>
/// <param name="TornSectors">One bit a sector of the torn one, repeated every 64 sectors: which are there.</param>
public readonly record struct CrashState(int Window, BigInteger Included, int Torn, ulong TornSectors)
{
    /// <summary>Whether a write is there, at least in part.</summary>
    /// <param name="index">Its index among those in flight.</param>
    /// <returns>True when it is.</returns>
    public bool Has(int index) => !((Included >> index) & BigInteger.One).IsZero;

    /// <summary>The words of the line that replays the state.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        _ = text.Append(CultureInfo.InvariantCulture, $"--window {Window} --subset 0x{Included:x}");
        if (Torn >= 0)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $" --torn {Torn}:0x{TornSectors:x}");
        }

        return text.ToString();
    }
}
