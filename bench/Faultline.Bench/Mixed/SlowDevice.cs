// A device that takes its time for each transfer without using a processor: what waits for a lock behind it then
// shows, also on a machine with few processors.

using System;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Bench.Mixed;

internal sealed class SlowDevice(IBlockDevice inner) : BlockDevice(inner.Name + " (slow)", inner.IsReadOnly)
{
    /// <summary>Milliseconds a transfer; 0 while a benchmark prepares.</summary>
    internal int DelayMs { get; set; }

    public override long SizeBytes => inner.SizeBytes;

    public override void Flush() => inner.Flush();

    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        Pause();
        inner.Read(offset, buffer);
    }

    protected override void ReadChecked(long offset, ReadOnlySpan<IoVector> vectors)
    {
        Pause();
        inner.Read(offset, vectors);
    }

    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        Pause();
        inner.Write(offset, buffer, flags);
    }

    protected override void WriteChecked(long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags)
    {
        Pause();
        inner.Write(offset, vectors, flags);
    }

    protected override void DiscardChecked(long offset, long length) => inner.Discard(offset, length);

    protected override void WriteZeroesChecked(long offset, long length) => inner.WriteZeroes(offset, length);

    private void Pause()
    {
        if (DelayMs > 0)
        {
            SystemClock.Instance.Delay(DelayMs);
        }
    }
}
