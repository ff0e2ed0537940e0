// A device that runs something once, in the middle of a read: after the bytes were read, before the reader has them.

using System;
using System.Threading;
using Faultline.Block;

namespace Faultline.Jbd2.Tests;

internal sealed class HookDevice(IBlockDevice inner) : BlockDevice("hook", isReadOnly: false)
{
    private Action? _hook;

    public override long SizeBytes => inner.SizeBytes;

    internal void SetHook(Action hook) => Volatile.Write(ref _hook, hook);

    public override void Flush() => inner.Flush();

    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        inner.Read(offset, buffer);
        Interlocked.Exchange(ref _hook, null)?.Invoke();
    }

    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags) =>
        inner.Write(offset, buffer, flags);

    protected override void DiscardChecked(long offset, long length) => inner.Discard(offset, length);

    protected override void WriteZeroesChecked(long offset, long length) => inner.WriteZeroes(offset, length);
}
