// A device that holds back writes below a block until it is opened.

using System;
using System.Threading;
using Faultline.Block;
using Faultline.Locking;

namespace Faultline.Jbd2.Tests;

internal sealed class GateDevice(IBlockDevice inner, long gatedBytes) : BlockDevice("gate", isReadOnly: false)
{
    private readonly Completion _opened = new("test: the gate");
    private int _heldCount;

    public override long SizeBytes => inner.SizeBytes;

    internal int HeldCount => Volatile.Read(ref _heldCount);

    public override void Flush() => inner.Flush();

    internal void Open() => _opened.Complete();

    protected override void ReadChecked(long offset, Span<byte> buffer) => inner.Read(offset, buffer);

    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        if (offset < gatedBytes)
        {
            _ = Interlocked.Increment(ref _heldCount);
            _opened.Wait();
        }

        inner.Write(offset, buffer, flags);
    }

    protected override void DiscardChecked(long offset, long length) => inner.Discard(offset, length);

    protected override void WriteZeroesChecked(long offset, long length) => inner.WriteZeroes(offset, length);
}
