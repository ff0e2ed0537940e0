// A file whose every byte tells where it is: the truth against which the page cache is read.

using System;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Reading;

namespace Faultline.PageCache.Tests;

internal sealed class PatternHost(long sizeBytes) : IMappingHost
{
    internal static readonly Reason Broken = new("Test.Broken", Errno.EIO, "planted I/O error");
    private long _sizeBytes = sizeBytes;
    private int _fills;

    public long SizeBytes => Volatile.Read(ref _sizeBytes);

    internal int Fills => Volatile.Read(ref _fills);

    /// <summary>Position of a 512-byte sector that cannot be read, or -1.</summary>
    internal long BrokenAt { get; set; } = -1;

    internal Action? OnFill { get; set; }

    internal static byte ByteAt(long position) => unchecked((byte)((position * 2654435761L) >> 16));

    internal void Resize(long size) => Volatile.Write(ref _sizeBytes, size);

    public Result Fill(in FillRequest request)
    {
        NonBlocking.AssertMayBlock("device read");
        Interlocked.Increment(ref _fills);
        OnFill?.Invoke();
        foreach (Folio folio in request.Folios)
        {
            Assert.True(folio.IsLocked);
            for (int offset = 0; offset < folio.SizeBytes; offset += 512)
            {
                long at = folio.Position + offset;
                if (at == BrokenAt)
                {
                    continue;
                }

                Span<byte> sector = folio.Bytes(offset, 512);
                for (int index = 0; index < sector.Length; index++)
                {
                    sector[index] = at + index < SizeBytes ? ByteAt(at + index) : (byte)0;
                }

                folio.MarkUptodate(offset, 512);
            }
        }

        if (BrokenAt >= request.Position && BrokenAt < request.End)
        {
            throw new FsException(Broken);
        }

        return Result.Ok;
    }
}
