// Data and positions.

using System;
using Faultline.Vfs.Files;
using Faultline.Vfs.Pipes;

namespace Faultline.Conformance.Vfs;

internal partial class VfsCalls
{
    public Outcome<long> Read(Handle file, Span<byte> buffer)
    {
        if (file is PipeEnd end)
        {
            byte[] piece = new byte[buffer.Length];
            Outcome<int> taken = Value(() => end.Pipe.Read(piece, PipeMode.NonBlocking));
            piece.CopyTo(buffer);
            return taken.Errno != OK ? taken.Errno : taken.Value;
        }

        VfsFile description = ((VfsHandle)file).File;
        Outcome<long> read = PRead(file, buffer, description.Position);
        description.Position += read.Value;
        return read;
    }

    public Outcome<long> PRead(Handle file, Span<byte> buffer, long offset)
    {
        byte[] bytes = new byte[buffer.Length];
        Outcome<int> read = Value(() => File(file).Read(offset, bytes));
        bytes.CopyTo(buffer);
        return read.Errno != OK ? read.Errno : read.Value;
    }

    public Outcome<long> ReadV(Handle file, byte[][] buffers)
    {
        long total = 0;
        foreach (byte[] buffer in buffers)
        {
            Outcome<long> read = Read(file, buffer);
            if (read.Errno != OK)
            {
                return total > 0 ? total : read.Errno;
            }

            total += read.Value;
        }

        return total;
    }

    public Outcome<long> Write(Handle file, ReadOnlySpan<byte> bytes)
    {
        if (file is PipeEnd end)
        {
            byte[] piece = bytes.ToArray();
            Outcome<int> taken = Value(() => end.Pipe.Write(piece, PipeMode.NonBlocking));
            return taken.Errno != OK ? taken.Errno : taken.Value;
        }

        VfsFile description = ((VfsHandle)file).File;
        Outcome<long> wrote = PWrite(file, bytes, description.Position);
        if (wrote.Errno == OK)
        {
            bool appends = (description.File.Flags & Abi.OpenFlags.O_APPEND) != 0;
            description.Position = appends ? description.File.SizeBytes : description.Position + wrote.Value;
        }

        return wrote;
    }

    public Outcome<long> PWrite(Handle file, ReadOnlySpan<byte> bytes, long offset)
    {
        byte[] copy = bytes.ToArray();
        Outcome<int> wrote = Value(() => File(file).Write(offset, copy));
        return wrote.Errno != OK ? wrote.Errno : wrote.Value;
    }

    public Outcome<long> WriteV(Handle file, byte[][] buffers)
    {
        long total = 0;
        foreach (byte[] buffer in buffers)
        {
            Outcome<long> wrote = Write(file, buffer);
            if (wrote.Errno != OK)
            {
                return total > 0 ? total : wrote.Errno;
            }

            total += wrote.Value;
        }

        return total;
    }

    public Outcome<long> Seek(Handle file, long offset, int whence)
    {
        VfsFile description = ((VfsHandle)file).File;
        OpenFile open = description.File;
        if ((open.Flags & Abi.OpenFlags.O_PATH) != 0)
        {
            return EBADF;
        }

        Outcome<long> target = whence switch
        {
            SEEK_SET => offset,
            SEEK_CUR => description.Position + offset,
            SEEK_END => open.SizeBytes + offset,
            SEEK_DATA => Value(() => open.SeekData(offset)),
            SEEK_HOLE => Value(() => open.SeekHole(offset)),
            _ => EINVAL,
        };
        if (target.Errno != OK)
        {
            return target;
        }

        if (target.Value < 0)
        {
            return EINVAL;
        }

        description.Position = target.Value;
        return target;
    }

    public Outcome<long> Truncate(FsPath path, long length) => Done(() => Calls.Truncate(path.Bytes, length));

    public Outcome<long> FTruncate(Handle file, long length) => Done(() => File(file).Truncate(length));

    public Outcome<long> Fallocate(Handle file, int mode, long offset, long length) =>
        Done(() => File(file).Fallocate((Abi.FallocateFlags)mode, offset, length));

    public Outcome<long> FSync(Handle file) => Done(() => File(file).Sync());

    public Outcome<long> FDataSync(Handle file) => Done(() => File(file).Sync(dataOnly: true));

    public virtual Outcome<long> Sync() => Done(volume.Sync);

    public Outcome<long> SyncFs(Handle file) => Done(() => Calls.SyncVolume(File(file)));

    public Outcome<long> CopyFileRange(Handle source, long? from, Handle target, long? to, long length)
    {
        VfsFile first = ((VfsHandle)source).File;
        VfsFile second = ((VfsHandle)target).File;
        Outcome<long> copied = Value(() =>
            first.File.CopyTo(from ?? first.Position, second.File, to ?? second.Position, length));
        if (copied.Errno == OK)
        {
            first.Position += from is null ? copied.Value : 0;
            second.Position += to is null ? copied.Value : 0;
        }

        return copied;
    }

    public Outcome<long> SetStatusFlags(Handle file, int flags) =>
        Done(() => File(file).SetStatusFlags((Abi.OpenFlags)flags));

    public Outcome<long> GetStatusFlags(Handle file) => (long)File(file).Flags;
}
