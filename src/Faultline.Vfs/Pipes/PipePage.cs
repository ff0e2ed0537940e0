// A page of bytes that were written to a pipe.

using System.Threading;

namespace Faultline.Vfs.Pipes;

/// <summary>A page of a pipe's own; several pipes may show it after tee(2), and then nobody adds to it.</summary>
internal sealed class PipePage
{
    private int _shares = 1; // interlocked: buffers that show it, of any pipe

    internal byte[] Bytes { get; } = new byte[Pipe.PageBytes];

    internal bool IsShared => Volatile.Read(ref _shares) > 1;

    internal void Share() => Interlocked.Increment(ref _shares);

    /// <summary>One buffer less.</summary>
    /// <returns>Whether it was the last, so that the page may be used again.</returns>
    internal bool Release() => Interlocked.Decrement(ref _shares) == 0;

    internal void Reuse() => Volatile.Write(ref _shares, 1);
}
