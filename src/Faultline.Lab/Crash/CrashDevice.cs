// What a device holds after a power cut: the bytes that were durable, shared by all states of a window, and over them
// the pages that this state changes. Emptying it costs what was written to it. One state at a time; the volume on it
// may use it from several threads.
//
// Locks: the copies of pages are published by Interlocked; two first writers of one page both copy the base, one copy
// wins.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Lab.Crash;

/// <summary>A device over a base image.</summary>
/// <param name="image">The base; not written here. Its length is the size.</param>
public sealed class CrashDevice(byte[] image) : BlockDevice("after a power cut", false)
{
    private const int PageBytes = 4096;

    private readonly byte[]?[] _pages = new byte[]?[(int)Bits.DivideRoundUp(image.Length, PageBytes)];
    private readonly int[] _used = new int[(int)Bits.DivideRoundUp(image.Length, PageBytes)];
    private readonly System.Collections.Concurrent.ConcurrentBag<byte[]> _free = [];
    private int _usedCount;

    /// <inheritdoc/>
    public override long SizeBytes => image.Length;

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        for (int index = 0; index < _usedCount; index++)
        {
            ref byte[]? page = ref _pages[_used[index]];
            _free.Add(page!);
            page = null;
        }

        _usedCount = 0;
    }

    /// <summary>All bytes as they are now.</summary>
    /// <param name="target">As long as the device.</param>
    public void CopyTo(Span<byte> target)
    {
        image.CopyTo(target);
        for (int index = 0; index < _usedCount; index++)
        {
            int start = _used[index] * PageBytes;
            int length = int.Min(PageBytes, image.Length - start);
            _pages[_used[index]].AsSpan(0, length).CopyTo(target.Slice(start));
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // OK: because the device is forgotten after its state was judged.
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        int at = (int)offset;
        while (!buffer.IsEmpty)
        {
            int inPage = at % PageBytes;
            int length = int.Min(PageBytes - inPage, buffer.Length);
            byte[]? page = Volatile.Read(ref _pages[at / PageBytes]);
            ReadOnlySpan<byte> source = page is null ? image.AsSpan(at, length) : page.AsSpan(inPage, length);
            source.CopyTo(buffer);
            buffer = buffer.Slice(length);
            at += length;
        }
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        int at = (int)offset;
        while (!buffer.IsEmpty)
        {
            int inPage = at % PageBytes;
            int length = int.Min(PageBytes - inPage, buffer.Length);
            buffer.Slice(0, length).CopyTo(Page(at / PageBytes).AsSpan(inPage));
            buffer = buffer.Slice(length);
            at += length;
        }
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
        // OK: because what a discarded range holds is unspecified.
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length) =>
        WriteChecked(offset, new byte[length], WriteFlags.None);

    private byte[] Page(int index)
    {
        if (Volatile.Read(ref _pages[index]) is byte[] known)
        {
            return known;
        }

        byte[] made = _free.TryTake(out byte[]? free) ? free : new byte[PageBytes];
        int start = index * PageBytes;
        image.AsSpan(start, int.Min(PageBytes, image.Length - start)).CopyTo(made);
        if (Interlocked.CompareExchange(ref _pages[index], made, null) is byte[] other)
        {
            _free.Add(made);
            return other;
        }

        _used[Interlocked.Increment(ref _usedCount) - 1] = index;
        return made;
    }
}
