// The bytes of an archive, by position: a file of the host as it is; what comes from a pipe, or has to be
// decompressed, by way of a temporary file.

using System;
using System.IO;
using System.IO.Compression;
using System.Threading;
using Faultline.Base;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Tar;

/// <summary>The bytes of an archive. Any number of threads may read at once.</summary>
internal sealed class ArchiveBytes : IDisposable
{
    private const int CopyBytes = 1 << 20;
    private const int MagicBytes = 6;

    private readonly FileStream _stream; // owns the handle, and removes a temporary file
    private readonly SafeFileHandle _file;
    private readonly string _name;

    private ArchiveBytes(FileStream stream, string name)
    {
        _stream = stream;
        _file = stream.SafeFileHandle;
        _name = name;
        LengthBytes = RandomAccess.GetLength(_file);
    }

    /// <summary>Bytes of the archive.</summary>
    internal long LengthBytes { get; }

    /// <summary>Name for messages.</summary>
    internal string Name => _name;

    /// <summary>Opens an archive of the host.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="cancellation">Ends the decompression.</param>
    /// <returns>Its bytes, decompressed if it is a gzip file.</returns>
    /// <errors>FsException: EOPNOTSUPP another compression; what the host says.</errors>
    internal static ArchiveBytes Open(string path, CancellationToken cancellation)
    {
        FileStream stream = OpenStream(path);
        bool isKept = false;
        try
        {
            Span<byte> magic = stackalloc byte[MagicBytes];
            int length = stream.ReadAtLeast(magic, MagicBytes, throwOnEndOfStream: false);
            bool isCompressed = IsCompressed(magic.Slice(0, length), path);
            if (stream.CanSeek && !isCompressed)
            {
                isKept = true;
                return new ArchiveBytes(stream, path);
            }

            using Stream whole = new JoinedStream(magic.Slice(0, length).ToArray(), stream);
            return Spool(whole, isCompressed, path, cancellation);
        }
        finally
        {
            if (!isKept)
            {
                stream.Dispose();
            }
        }
    }

    /// <summary>Takes an archive from a stream, all of it.</summary>
    /// <param name="stream">The stream; stays the caller's.</param>
    /// <param name="name">Name for messages.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its bytes, decompressed if it is a gzip file.</returns>
    /// <errors>FsException: EOPNOTSUPP another compression; what stream and host say.</errors>
    internal static ArchiveBytes Take(Stream stream, string name, CancellationToken cancellation)
    {
        Span<byte> magic = stackalloc byte[MagicBytes];
        int length = stream.ReadAtLeast(magic, MagicBytes, throwOnEndOfStream: false);
        bool isCompressed = IsCompressed(magic.Slice(0, length), name);
        using JoinedStream whole = new(magic.Slice(0, length).ToArray(), stream);
        return Spool(whole, isCompressed, name, cancellation);
    }

    /// <summary>Reads bytes.</summary>
    /// <param name="position">Offset in the archive.</param>
    /// <param name="buffer">Filled entirely.</param>
    /// <errors>FsException EIO: the host fails, or the archive became shorter.</errors>
    internal void Read(long position, Span<byte> buffer)
    {
        try
        {
            int done = 0;
            while (done < buffer.Length)
            {
                int read = RandomAccess.Read(_file, buffer.Slice(done), position + done);
                if (read == 0)
                {
                    throw new FsException(FaultlineReasons.ArchiveShort.With(_name));
                }

                done += read;
            }
        }
        catch (IOException exception)
        {
            throw new FsException(FaultlineReasons.ArchiveHost.With($"{_name}: {exception.Message}"));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static FileStream OpenStream(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            bool isDenied = exception is UnauthorizedAccessException;
            throw new FsException(isDenied
                ? FaultlineReasons.ArchiveDenied.With(path)
                : FaultlineReasons.ArchiveOpen.With($"{path}: {exception.Message}"));
        }
    }

    private static bool IsCompressed(ReadOnlySpan<byte> magic, string name)
    {
        string? other = magic.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
            : magic.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz"
            : magic.StartsWith("BZh"u8) ? "bzip2"
            : magic.StartsWith((ReadOnlySpan<byte>)[0x04, 0x22, 0x4D, 0x18]) ? "lz4"
            : null;
        return other is null
            ? magic.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])
            : throw new FsException(FaultlineReasons.ArchiveCompression.With($"{name}: {other}"));
    }

    private static ArchiveBytes Spool(Stream from, bool isCompressed, string name, CancellationToken cancellation)
    {
        FileStream? spool = null;
        try
        {
            spool = new FileStream(
                Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
                FileMode.CreateNew,
                FileAccess.ReadWrite,
                FileShare.None,
                bufferSize: 1,
                FileOptions.DeleteOnClose);
            using Stream? unpacked = isCompressed ? new GZipStream(from, CompressionMode.Decompress, true) : null;
            byte[] buffer = new byte[CopyBytes];
            while ((unpacked ?? from).Read(buffer) is int read and > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                spool.Write(buffer, 0, read);
            }

            spool.Flush();
            ArchiveBytes bytes = new(spool, name);
            spool = null;
            return bytes;
        }
        catch (InvalidDataException exception)
        {
            throw new FsException(FaultlineReasons.ArchiveGzip.With($"{name}: {exception.Message}"));
        }
        catch (IOException exception)
        {
            throw new FsException(FaultlineReasons.ArchiveSpool.With($"{name}: {exception.Message}"));
        }
        finally
        {
            spool?.Dispose();
        }
    }
}
