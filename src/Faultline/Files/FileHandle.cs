// An open file of the public face: positional reads and writes, so that threads share it without sharing a position.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.PageCache.Reading;
using Faultline.Paths;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;

namespace Faultline.Files;

/// <summary>An open file with positional reads and writes. Safe for any number of threads.</summary>
public sealed partial class FileHandle : IDisposable
{
    private readonly OpenFile _file;

    internal FileHandle(OpenFile file, UnixPath path)
    {
        _file = file;
        Path = path;
    }

    /// <summary>The path it was opened by.</summary>
    public UnixPath Path { get; }

    /// <summary>Size in bytes.</summary>
    public long SizeBytes => _file.SizeBytes;

    /// <summary>Inode number and attributes.</summary>
    public InodeStat Stat => new(_file.Inode.Number, _file.Inode.StatAttributes);

    /// <summary>The VFS's open file, for callers who want results instead of exceptions.</summary>
    public OpenFile Raw => _file;

    /// <summary>Reads bytes at a position.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="offset">File offset in bytes.</param>
    /// <returns>Bytes read; fewer than asked at the end of the file or before damage; 0 at the end.</returns>
    /// <exception cref="FileSystemException">EISDIR, EINVAL, ENOKEY; EUCLEAN or EIO damage at the
    /// first byte.</exception>
    public int Read(Span<byte> destination, long offset)
    {
        try
        {
            Result<int> result = _file.Read(offset, destination);
            return result.TryGet(out int read, out FsError error)
                ? read
                : throw new FileSystemException(error, Path);
        }
        catch (FsException exception)
        {
            throw new FileSystemException(exception.Error, Path, exception);
        }
    }

    /// <summary>Reads until the destination is full or the file ends.</summary>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="offset">File offset in bytes.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FileSystemException">As <see cref="Read"/>.</exception>
    public int ReadFully(Span<byte> destination, long offset)
    {
        int done = 0;
        while (done < destination.Length)
        {
            int read = Read(destination.Slice(done), offset + done);
            if (read == 0)
            {
                break;
            }

            done += read;
        }

        return done;
    }

    /// <summary>Reads bytes at a position: at once when they are cached, else on the thread pool.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="offset">File offset in bytes.</param>
    /// <param name="cancellation">Cancels a read that has not begun.</param>
    /// <returns>Bytes read.</returns>
    /// <exception cref="FileSystemException">As <see cref="Read"/>.</exception>
    public ValueTask<int> ReadAsync(
        Memory<byte> destination, long offset, CancellationToken cancellation = default)
    {
        if (cancellation.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<int>(cancellation);
        }

        Result<int> cached = _file.Read(offset, destination.Span, ReadMode.NoWait);
        return cached.TryGet(out int read, out FsError error)
            ? ValueTask.FromResult(read)
            : error.Errno == Errno.EAGAIN
                ? ReadLater(destination, offset, cancellation)
                : ValueTask.FromException<int>(new FileSystemException(error, Path));
    }

    /// <summary>The extents of the file, in file order, also those past its size.</summary>
    /// <returns>The extents; holes are not among them.</returns>
    /// <exception cref="FileSystemException">EINVAL not a regular file; EUCLEAN damage.</exception>
    public IReadOnlyList<FileExtent> GetExtents()
    {
        List<FileExtent> extents = [];
        return Call(() => _file.ListExtents(extents) is { IsOk: false } failed ? failed.Error : Result.Of(extents));
    }

    /// <summary>The first data at or after a position.</summary>
    /// <param name="position">Where to start.</param>
    /// <returns>A position below the size, or null when only holes follow.</returns>
    /// <exception cref="FileSystemException">EINVAL not a regular file; EUCLEAN damage.</exception>
    public long? SeekData(long position) => SeekOrNull(() => _file.SeekData(position));

    /// <summary>The first hole at or after a position; the end of the file counts as one.</summary>
    /// <param name="position">Where to start.</param>
    /// <returns>A position up to the size, or null at or past the end.</returns>
    /// <exception cref="FileSystemException">EINVAL not a regular file; EUCLEAN damage.</exception>
    public long? SeekHole(long position) => SeekOrNull(() => _file.SeekHole(position));

    /// <summary>The file as a stream with a position of its own.</summary>
    /// <param name="ownsHandle">Whether disposing the stream closes this handle.</param>
    /// <returns>A seekable stream, which writes if the file was opened for writing.</returns>
    public Stream AsStream(bool ownsHandle = false) => new FileHandleStream(this, ownsHandle);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    // Out of line, so that the closure is allocated only when the bytes are not cached.
    private ValueTask<int> ReadLater(Memory<byte> destination, long offset, CancellationToken cancellation) =>
        new(Task.Run(() => Read(destination.Span, offset), cancellation));

    private long? SeekOrNull(Func<Result<long>> seek)
    {
        Result<long> result = Call(() => Result.Of(seek()));
        return result.TryGet(out long position, out FsError error)
            ? position
            : error.Errno == Errno.ENXIO ? null : throw new FileSystemException(error, Path);
    }

    private T Call<T>(Func<Result<T>> call)
    {
        try
        {
            return call().TryGet(out T? value, out FsError error)
                ? value
                : throw new FileSystemException(error, Path);
        }
        catch (FsException exception)
        {
            throw new FileSystemException(exception.Error, Path, exception);
        }
    }
}
