// Reading, writing, syncing.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Iomap.Direct;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;

namespace Faultline.Reference;

internal sealed partial class ModelRun
{
    private const int SectorBytes = 512;

    private static byte[] Contents(in ModelOp op, int length)
    {
        byte[] bytes = new byte[length];
        new Prng(op.C).Fill(bytes);
        return bytes;
    }

    private static int PositionOf(ModelFile file, in ModelOp op, int beyond) =>
        (int)(op.A % Math.Min(SizeMax - 1, file.Size + beyond));

    private bool Write(ModelFile file, in ModelOp op)
    {
        int position = PositionOf(file, op, 9000);
        int length = (int)Math.Min(SizeMax - position, 1 + (op.B % (op.C % 8 == 0 ? 60_000 : 7000)));
        byte[] bytes = Contents(op, length);
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        Result<int> written = BufferedWrite.Write(file.Inode, position, new SpanSource(bytes));
        return Took(file, position, bytes, written, length);
    }

    private bool ShortWrite(ModelFile file, in ModelOp op)
    {
        int position = PositionOf(file, op, 9000);
        int length = (int)Math.Min(SizeMax - position, 1 + (op.B % 30_000));
        byte[] bytes = Contents(op, length);
        int good = (int)((op.B >> 20) % (length + 1));
        int step = 1 + (int)((op.C >> 8) % 5000);
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        Action? onFault = op.C % 3 == 0 ? () => WriteAndDrop(file) : null;
        Result<int> written = BufferedWrite.Write(
            file.Inode, position, new FlakySource(bytes, good, step, onFault));
        return Took(file, position, bytes, written, good);
    }

    // Writeback and reclaim, in the middle of a write: between the map and the folio lock.
    private static void WriteAndDrop(ModelFile file)
    {
        _ = WritePages.Run(file.Inode, WritebackControl.Everything);
        _ = file.Inode.Mapping.DropClean(0, long.MaxValue);
    }

    private bool Took(ModelFile file, int position, byte[] bytes, Result<int> written, int atMost)
    {
        if (!written.TryGet(out int count, out FsError error))
        {
            Require(error.Errno is Errno.ENOSPC or Errno.EFAULT or Errno.ENOMEM, error.ToString());
            return false;
        }

        Require(count >= 0 && count <= atMost, $"wrote {count} of {atMost}");
        file.Put(position, bytes.AsSpan(0, count));
        return true;
    }

    private bool Read(ModelFile file, in ModelOp op)
    {
        int position = (int)(op.A % (file.Size + 100));
        int length = (int)(1 + (op.B % 30_000));
        Span<byte> read = _buffer.AsSpan(0, length);
        Result<int> got = file.Inode.Mapping.Read(position, read, new ReadaheadState(0), ReadMode.Blocking);
        int expected = Math.Clamp(file.Size - position, 0, length);
        Require(got.IsOk && got.Value == expected, $"read answers {got.Value}, should be {expected}");
        Check(file, Math.Min(position, file.Size), read.Slice(0, expected));
        return true;
    }

    // What a store through a memory map does; also behind the end of the file, where it must leave nothing.
    private bool Store(ModelFile file, in ModelOp op)
    {
        if (file.Size == 0)
        {
            return false;
        }

        long index = op.A % ((file.Size + Folio.PageSize - 1) / Folio.PageSize);
        Result<Folio> writable = MakeWritable.Run(file.Inode, index);
        if (!writable.TryGet(out Folio? folio, out FsError error))
        {
            Require(error.Errno is Errno.ENOSPC or Errno.ENOMEM, error.ToString());
            return false;
        }

        int at = (int)(op.B % Folio.PageSize);
        int length = (int)Math.Min(Folio.PageSize - at, 1 + (long)(op.C % 3000));
        byte[] bytes = Contents(op, length);
        bytes.CopyTo(folio.Bytes((int)((index << Folio.PageShift) - folio.Position) + at, length));
        folio.Unlock();
        folio.Put();
        int position = (int)(index << Folio.PageShift) + at;
        int inside = Math.Clamp(file.Size - position, 0, length);
        file.Put(position, bytes.AsSpan(0, inside));
        return true;
    }

    private bool DirectReadRange(ModelFile file, in ModelOp op)
    {
        if (!_target.HasDevice)
        {
            return false;
        }

        int position = (int)Bits.AlignDown(op.A % (file.Size + 1), SectorBytes);
        int length = (int)(SectorBytes * (1 + (op.B % 40)));
        Span<byte> read = _buffer.AsSpan(0, length);
        using SharedGuard guard = file.Inode.Lock.AcquireShared();
        Result flushed = WritePages.Run(file.Inode, WritebackControl.OfBytes(position, position + length));
        Require(flushed.IsOk, "flush before a direct read");
        Result<int> got = DirectRead.Read(file.Inode.Writer, file.Inode.SizeBytes, position, read);
        int expected = Math.Clamp(file.Size - position, 0, length);
        Require(got.IsOk && got.Value == expected, $"direct read answers {got}, should be {expected}");
        Check(file, Math.Min(position, file.Size), read.Slice(0, expected));
        return true;
    }

    private bool DirectWriteRange(ModelFile file, in ModelOp op)
    {
        int unit = op.C % 3 == 0 ? SectorBytes : _unit;
        int position = (int)Bits.AlignDown(PositionOf(file, op, 9000), unit);
        int length = (int)Math.Min(
            Bits.AlignDown(SizeMax - position, SectorBytes), SectorBytes * (1 + (op.B % 40)));
        if (length == 0 || !_target.HasDevice)
        {
            return false;
        }

        byte[] bytes = Contents(op, length);
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        Result<int> written = DirectWrite.Write(file.Inode, position, bytes);
        return Took(file, position, bytes, written, length);
    }

    private bool SeekFor(ModelFile file, in ModelOp op, bool wantsData)
    {
        int position = (int)(op.A % (file.Size + 10));
        using SharedGuard guard = file.Inode.Lock.AcquireShared();
        Result<long> found = wantsData
            ? Seek.Data(file.Inode.Writer, file.Inode.SizeBytes, position, file.Inode.Mapping)
            : Seek.Hole(file.Inode.Writer, file.Inode.SizeBytes, position, file.Inode.Mapping);
        if (!found.TryGet(out long at, out FsError error))
        {
            Require(error.Errno == Errno.ENXIO, error.ToString());
            Require(position >= file.Size || wantsData, "no hole, not even at the end");
            Require(position >= file.Size || IsZero(file, position, file.Size), "data that a seek does not see");
            return true;
        }

        Require(at >= position && at <= file.Size, $"seek from {position} answers {at}");
        if (wantsData)
        {
            Require(IsZero(file, position, (int)at), "data before what a seek for data answers");
        }
        else
        {
            int end = (int)Math.Min(file.Size, Bits.AlignUp(at + 1, _unit));
            Require(at == file.Size || IsZero(file, (int)at, end), "data where a seek for a hole ends");
        }

        return true;
    }

    private static bool IsZero(ModelFile file, int start, int end) =>
        !file.Bytes.AsSpan(start, end - start).ContainsAnyExcept((byte)0);

    private static bool Background(ModelFile file) => WritePages.Run(
        file.Inode, new WritebackControl(WritebackReason.Background, 0, long.MaxValue)).IsOk;

    private static bool Drop(ModelFile file)
    {
        _ = file.Inode.Mapping.DropClean(0, long.MaxValue);
        return true;
    }
}
