// A device in a file or block special file of the host. The size is taken once, at open. An
// advisory lock keeps a second writer out; readers share. Locks: none of ours, the host serialises.

using System;
using System.IO;
using Faultline.Block.Host;

namespace Faultline.Block.Devices;

/// <summary>A device in a file or block device of the host.</summary>
public sealed class FileDevice : BlockDevice
{
    private const int ZeroPieceBytes = 1024 * 1024;

    private readonly SharedHostFile _file;

    private FileDevice(string path, IHostFile file, FileAccess access)
        : base(path, (access & FileAccess.Write) == 0) => _file = new SharedHostFile(file, path);

    /// <inheritdoc/>
    public override long SizeBytes => _file.Facts.SizeBytes;

    /// <inheritdoc/>
    public override int LogicalBlockSize => _file.Facts.LogicalBlockSize;

    /// <inheritdoc/>
    public override int PhysicalBlockSize => _file.Facts.PhysicalBlockSize;

    /// <summary>Opens and locks an image.</summary>
    /// <param name="path">Path on the host of a regular file or block device.</param>
    /// <param name="access">Read shares the image with other readers; a writer is alone.</param>
    /// <returns>The device.</returns>
    /// <errors>FsException: ENOENT, EACCES, EBUSY when somebody else holds the lock, EINVAL for
    /// a directory.</errors>
    public static FileDevice Open(string path, FileAccess access = FileAccess.Read) =>
        new(path, HostFile.Open(path, access), access);

    /// <summary>Opens an image the way systems without system calls of ours do. For
    /// tests.</summary>
    /// <param name="path">Path on the host of a regular file.</param>
    /// <param name="access">Read, or read and write.</param>
    /// <returns>The device.</returns>
    internal static FileDevice OpenPortable(string path, FileAccess access) =>
        new(path, new PortableFile(path, access), access);

    /// <inheritdoc/>
    public override void Flush()
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Flush();
    }

    /// <inheritdoc/>
    protected override void PrefetchChecked(long offset, long length)
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Prefetch(offset, length);
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Read(offset, buffer);
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, ReadOnlySpan<IoVector> vectors)
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Read(offset, vectors);
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Write(offset, buffer);
        FinishWrite(use.File, flags);
    }

    /// <inheritdoc/>
    protected override void WriteChecked(
        long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags)
    {
        using SharedHostFile.Use use = _file.Begin();
        use.File.Write(offset, vectors);
        FinishWrite(use.File, flags);
    }

    /// <inheritdoc/>
    // A host that cannot punch keeps the bytes, which a discard allows.
    protected override void DiscardChecked(long offset, long length)
    {
        using SharedHostFile.Use use = _file.Begin();
        _ = use.File.TryPunchHole(offset, length);
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        using SharedHostFile.Use use = _file.Begin();
        if (use.File.TryZeroRange(offset, length) || use.File.TryPunchHole(offset, length))
        {
            return;
        }

        byte[] zeros = new byte[(int)Math.Min(length, ZeroPieceBytes)];
        while (length > 0)
        {
            int piece = (int)Math.Min(length, zeros.Length);
            use.File.Write(offset, zeros.AsSpan(0, piece));
            offset += piece;
            length -= piece;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool isDisposing)
    {
        if (isDisposing)
        {
            _file.Dispose();
        }

        base.Dispose(isDisposing);
    }

    private static void FinishWrite(IHostFile file, WriteFlags flags)
    {
        if ((flags & WriteFlags.Fua) != 0)
        {
            file.Flush();
        }
    }
}
