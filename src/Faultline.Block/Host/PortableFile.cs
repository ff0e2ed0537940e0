// A file on any operating system, by what .NET offers everywhere. Sharing modes are the lock: .NET
// turns them into share modes on Windows and into advisory locks elsewhere.

using System;
using System.IO;
using Faultline.Abi;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Block.Host;

/// <summary>A file of the host, by <see cref="RandomAccess"/>.</summary>
internal sealed class PortableFile : IHostFile
{
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    /// <summary>Opens and locks; FsException when the host refuses.</summary>
    /// <param name="path">Path on the host.</param>
    /// <param name="access">Read, or read and write.</param>
    internal PortableFile(string path, FileAccess access)
    {
        _path = path;
        _handle = OpenLocked(path, access);
        SizeBytes = RandomAccess.GetLength(_handle);
    }

    /// <inheritdoc/>
    public long SizeBytes { get; }

    /// <inheritdoc/>
    public int LogicalBlockSize => 512;

    /// <inheritdoc/>
    public int PhysicalBlockSize => 4096;

    /// <summary>Opens and locks; FsException when the host refuses.</summary>
    /// <param name="path">Path on the host.</param>
    /// <param name="access">Read, or read and write.</param>
    /// <returns>The open handle, which owns the lock.</returns>
    internal static SafeFileHandle OpenLocked(string path, FileAccess access)
    {
        try
        {
            bool isWriter = (access & FileAccess.Write) != 0;
            FileShare share = isWriter ? FileShare.None : FileShare.Read;
            return File.OpenHandle(path, FileMode.Open, access, share);
        }
        catch (UnauthorizedAccessException failure)
        {
            throw HostErrors.From(Errno.EACCES, $"open {path}", new IOException("denied", failure));
        }
        catch (FileNotFoundException failure)
        {
            throw HostErrors.From(Errno.ENOENT, $"open {path}", failure);
        }
        catch (DirectoryNotFoundException failure)
        {
            throw HostErrors.From(Errno.ENOENT, $"open {path}", failure);
        }
        catch (IOException failure)
        {
            // What is left of opening an existing file is a sharing violation.
            throw HostErrors.From(Errno.EBUSY, $"open {path}", failure);
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, Span<byte> buffer)
    {
        try
        {
            while (!buffer.IsEmpty)
            {
                int moved = RandomAccess.Read(_handle, buffer, offset);
                if (moved == 0)
                {
                    throw HostErrors.Short($"read {_path}", offset);
                }

                buffer = buffer.Slice(moved);
                offset += moved;
            }
        }
        catch (IOException failure) when (failure is not Base.FsException)
        {
            throw HostErrors.From(Errno.EIO, $"read {_path}", failure);
        }
    }

    /// <inheritdoc/>
    public void Read(long offset, ReadOnlySpan<IoVector> vectors)
    {
        foreach (IoVector vector in vectors)
        {
            Read(offset, vector.Span);
            offset += vector.Length;
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<byte> buffer)
    {
        try
        {
            RandomAccess.Write(_handle, buffer, offset);
        }
        catch (IOException failure)
        {
            throw HostErrors.From(Errno.EIO, $"write {_path}", failure);
        }
    }

    /// <inheritdoc/>
    public void Write(long offset, ReadOnlySpan<IoVector> vectors)
    {
        foreach (IoVector vector in vectors)
        {
            Write(offset, vector.Span);
            offset += vector.Length;
        }
    }

    /// <inheritdoc/>
    public void Flush()
    {
        try
        {
            RandomAccess.FlushToDisk(_handle);
        }
        catch (IOException failure)
        {
            throw HostErrors.From(Errno.EIO, $"flush {_path}", failure);
        }
    }

    /// <inheritdoc/>
    public bool TryPunchHole(long offset, long length) => false;

    /// <inheritdoc/>
    public bool TryZeroRange(long offset, long length) => false;

    /// <inheritdoc/>
    public void Prefetch(long offset, long length)
    {
    }

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();
}
