// Writing through an open file, and its space operations.

using System;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Files;

public sealed partial class FileHandle
{
    /// <summary>Whether the file was opened for writing.</summary>
    public bool IsWritable => _file.IsWritable;

    /// <summary>Writes bytes at a position; the file grows to hold them.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="offset">File offset in bytes; ignored by a file opened with O_APPEND.</param>
    /// <returns>Bytes written; fewer than asked when space ran out on the way.</returns>
    /// <exception cref="FileSystemException">EBADF not opened for writing; ENOSPC, EDQUOT, EFBIG, EROFS,
    /// EIO.</exception>
    public int Write(ReadOnlySpan<byte> source, long offset)
    {
        try
        {
            Result<int> result = _file.Write(offset, source);
            return result.TryGet(out int written, out FsError error)
                ? written
                : throw new FileSystemException(error, Path);
        }
        catch (FsException exception)
        {
            throw new FileSystemException(exception.Error, Path, exception);
        }
    }

    /// <summary>Writes all of the bytes.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="offset">File offset in bytes.</param>
    /// <exception cref="FileSystemException">As <see cref="Write"/>; a part may have been written.</exception>
    public void WriteFully(ReadOnlySpan<byte> source, long offset)
    {
        while (!source.IsEmpty)
        {
            int written = Write(source, offset);
            source = source.Slice(written);
            offset += written;
        }
    }

    /// <summary>Writes bytes at a position on the thread pool.</summary>
    /// <param name="source">The bytes; not changed until the write is done.</param>
    /// <param name="offset">File offset in bytes.</param>
    /// <param name="cancellation">Cancels a write that has not begun.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="FileSystemException">As <see cref="Write"/>.</exception>
    public ValueTask<int> WriteAsync(
        ReadOnlyMemory<byte> source, long offset, CancellationToken cancellation = default) =>
        cancellation.IsCancellationRequested
            ? ValueTask.FromCanceled<int>(cancellation)
            : new(Task.Run(() => Write(source.Span, offset), cancellation));

    /// <summary>Sets the size.</summary>
    /// <param name="sizeBytes">The new size.</param>
    /// <exception cref="FileSystemException">EINVAL, EFBIG, ENOSPC, EROFS.</exception>
    public void SetLength(long sizeBytes) => Do(() => _file.Truncate(sizeBytes));

    /// <summary>Makes the file durable: its data, and what is needed to find them.</summary>
    /// <param name="dataOnly">Whether times may stay behind (fdatasync).</param>
    /// <exception cref="FileSystemException">EIO and others: what was written before may be lost.</exception>
    public void Flush(bool dataOnly = false) => Do(() => _file.Sync(dataOnly));

    /// <summary>Makes the file durable, on the thread pool.</summary>
    /// <param name="cancellation">Cancels a flush that has not begun.</param>
    /// <returns>Done when it is durable.</returns>
    /// <exception cref="FileSystemException">As <see cref="Flush"/>.</exception>
    public Task FlushAsync(CancellationToken cancellation = default) =>
        Task.Run(() => Flush(dataOnly: false), cancellation);

    /// <summary>Any space operation, by the flags of fallocate(2).</summary>
    /// <param name="mode">Which.</param>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="FileSystemException">EBADF, EINVAL, EOPNOTSUPP, ENOSPC, EFBIG, EROFS, EIO.</exception>
    public void Fallocate(FallocateFlags mode, long offset, long length) =>
        Do(() => _file.Fallocate(mode, offset, length));

    /// <summary>Allocates space that reads as zeros.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="keepSize">Whether the file keeps its size although the range ends behind it.</param>
    /// <exception cref="FileSystemException">Those of fallocate(2).</exception>
    public void Preallocate(long offset, long length, bool keepSize = false) =>
        Fallocate(keepSize ? FallocateFlags.KeepSize : FallocateFlags.None, offset, length);

    /// <summary>Makes a range a hole; the size stays.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <exception cref="FileSystemException">Those of fallocate(2).</exception>
    public void PunchHole(long offset, long length) => Fallocate(
        FallocateFlags.PunchHole | FallocateFlags.KeepSize, offset, length);

    /// <summary>Makes a range zeros that have their space.</summary>
    /// <param name="offset">First byte.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="keepSize">Whether the file keeps its size although the range ends behind it.</param>
    /// <exception cref="FileSystemException">Those of fallocate(2).</exception>
    public void ZeroRange(long offset, long length, bool keepSize = false) => Fallocate(
        FallocateFlags.ZeroRange | (keepSize ? FallocateFlags.KeepSize : FallocateFlags.None),
        offset,
        length);

    /// <summary>Takes a range out; what follows moves down.</summary>
    /// <param name="offset">First byte, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <exception cref="FileSystemException">Those of fallocate(2).</exception>
    public void CollapseRange(long offset, long length) =>
        Fallocate(FallocateFlags.CollapseRange, offset, length);

    /// <summary>Moves what follows a byte up, leaving a hole.</summary>
    /// <param name="offset">First byte of the hole, a multiple of the block size.</param>
    /// <param name="length">Bytes, a multiple of the block size.</param>
    /// <exception cref="FileSystemException">Those of fallocate(2).</exception>
    public void InsertRange(long offset, long length) =>
        Fallocate(FallocateFlags.InsertRange, offset, length);

    private void Do(Func<Result> call) => _ = Call<bool>(() =>
    {
        Result result = call();
        return result.IsOk ? true : result.Error;
    });
}
