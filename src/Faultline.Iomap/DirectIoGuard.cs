// A direct transfer in flight.

using Faultline.Locking;

namespace Faultline.Iomap;

/// <summary>A direct transfer in flight; disposing says that it is done.</summary>
public ref struct DirectIoGuard
{
    private readonly DirectIoDrain _drain;
    private readonly long _start;
    private readonly long _end;
    private PseudoGuard _pseudo;

    internal DirectIoGuard(DirectIoDrain drain, long start, long end, PseudoGuard pseudo)
    {
        _drain = drain;
        _start = start;
        _end = end;
        _pseudo = pseudo;
    }

    /// <summary>The transfer is done.</summary>
    public void Dispose()
    {
        _pseudo.Dispose();
        _drain.Leave(_start, _end);
    }
}
