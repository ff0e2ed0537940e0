// A device in memory that notes every change in a trace.

using System;
using Faultline.Block;
using Faultline.Block.Devices;

namespace Faultline.Lab.Crash;

/// <summary>A device in memory that notes every change.</summary>
/// <param name="inner">Where the bytes are; stays the caller's.</param>
/// <param name="trace">Where changes are noted.</param>
/// <param name="number">The device's number in the trace.</param>
public sealed class TraceDevice(MemoryDevice inner, CrashTrace trace, int number) : BlockDevice("traced", false)
{
    private const byte DiscardedByte = 0xDD; // what a discarded range holds is unspecified: nobody may rely on it

    /// <inheritdoc/>
    public override long SizeBytes => inner.SizeBytes;

    /// <inheritdoc/>
    public override void Flush() => trace.Add(new TraceEvent(number, TraceKind.Flush, 0, [], IsDurable: true));

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        bool isDurable = (flags & WriteFlags.Fua) != 0;
        trace.Add(new TraceEvent(number, TraceKind.Write, offset, buffer.ToArray(), isDurable));
        inner.Write(offset, buffer, flags);
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
        byte[] bytes = new byte[length];
        bytes.AsSpan().Fill(DiscardedByte);
        trace.Add(new TraceEvent(number, TraceKind.Discard, offset, bytes, IsDurable: false));
        inner.Write(offset, bytes);
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        trace.Add(new TraceEvent(number, TraceKind.Zeroes, offset, new byte[length], IsDurable: false));
        inner.WriteZeroes(offset, length);
    }
}
