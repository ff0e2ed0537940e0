// A device that is the memory of this process: a file mapped whole, so that its bytes can be lent
// out as memory. Invariant: the mapping lives until Dispose; a file that others shrink meanwhile
// makes touches beyond its end fail in the way of the host, which is why the image is locked like
// any other. Locks: none.

using System;
using System.IO;
using System.IO.MemoryMappedFiles;
using Faultline.Abi;
using Faultline.Block.Host;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Block.Devices;

/// <summary>A device whose contents are mapped memory.</summary>
public sealed unsafe class MappedDevice : BlockDevice
{
    private readonly SafeFileHandle _handle; // owns the advisory lock
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private bool _isDisposed;

    private MappedDevice(string path, SafeFileHandle handle, FileAccess access)
        : base(path, (access & FileAccess.Write) == 0)
    {
        _handle = handle;
        SizeBytes = RandomAccess.GetLength(handle);
        MemoryMappedFileAccess mapAccess = (access & FileAccess.Write) != 0
            ? MemoryMappedFileAccess.ReadWrite
            : MemoryMappedFileAccess.Read;
        _file = MemoryMappedFile.CreateFromFile(
            handle, mapName: null, SizeBytes, mapAccess, HandleInheritability.None, leaveOpen: true);
        _view = _file.CreateViewAccessor(0, SizeBytes, mapAccess);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
    }

    /// <inheritdoc/>
    public override long SizeBytes { get; }

    /// <summary>First byte of the mapped contents; valid until the device is disposed.</summary>
    public byte* Address => _start;

    /// <summary>Maps a regular file that is not empty.</summary>
    /// <param name="path">Path on the host.</param>
    /// <param name="access">Read, or read and write.</param>
    /// <returns>The device.</returns>
    public static MappedDevice Open(string path, FileAccess access = FileAccess.Read)
    {
        SafeFileHandle handle = PortableFile.OpenLocked(path, access);
        try
        {
            return RandomAccess.GetLength(handle) > 0
                ? new MappedDevice(path, handle, access)
                : throw HostErrors.From(Errno.ENODEV, $"map {path}: empty");
        }
        catch (IOException)
        {
            handle.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        _view.Flush();
        RandomAccess.FlushToDisk(_handle);
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) =>
        new ReadOnlySpan<byte>(_start + offset, buffer.Length).CopyTo(buffer);

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        buffer.CopyTo(new Span<byte>(_start + offset, buffer.Length));
        if ((flags & WriteFlags.Fua) != 0)
        {
            Flush();
        }
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
        // OK: because what discarded bytes read as is unspecified, they may stay.
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        while (length > 0)
        {
            int piece = (int)Math.Min(length, int.MaxValue);
            new Span<byte>(_start + offset, piece).Clear();
            offset += piece;
            length -= piece;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing && !_isDisposed)
        {
            _isDisposed = true;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
            _handle.Dispose();
        }

        base.Dispose(isDisposing);
    }
}
