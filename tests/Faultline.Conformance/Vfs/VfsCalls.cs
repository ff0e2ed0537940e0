// The suite's calls on our own VFS, in this process: the thin layer that a system-call boundary is. What it
// decides itself
// is what the kernel decides before it asks the VFS: numbers of flags, buffers, positions.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Conformance.Vfs;

internal partial class VfsCalls(SuperBlock volume, Caller caller, VfsProcess process) : IFileSystemCalls
{
    private readonly Credentials _credentials = new(caller.Uid, caller.Gid, caller.Groups, caller.Uid == 0);

    public string AbsolutePrefix => "";

    private Mount? _mount; // kept: it stands for the process that owns locks

    private Mount Calls
    {
        get
        {
            if (_mount is null || _mount.Umask != process.Umask)
            {
                _mount = new Mount(volume, _credentials) { Umask = process.Umask };
            }

            return _mount;
        }
    }

    public IFileSystemCalls As(Caller other) => new VfsCalls(volume, other, process);

    public uint Umask(uint mask)
    {
        uint before = process.Umask;
        process.Umask = mask & 0x1FF;
        return before;
    }

    public virtual Outcome<Handle> Open(FsPath path, int flags, uint mode = 0) =>
        Opened(() => Calls.Open(path.Bytes, (OpenFlags)flags, mode), path);

    public Outcome<Handle> OpenAt(Handle directory, FsPath path, int flags, uint mode = 0) =>
        Opened(() => Calls.At(File(directory)).Open(path.Bytes, (OpenFlags)flags, mode), path);

    public Outcome<long> Close(Handle file)
    {
        if (file is PipeEnd end)
        {
            end.Close();
            return 0;
        }

        VfsFile description = ((VfsHandle)file).File;
        description.References--;
        if (description.References == 0)
        {
            process.Open.TryRemove(description, out _);
            description.File.Dispose();
        }

        return 0;
    }

    public Outcome<Handle> Dup(Handle file)
    {
        VfsFile description = ((VfsHandle)file).File;
        description.References++;
        return new VfsHandle(description);
    }

    public Outcome<long> MkDir(FsPath path, uint mode = 0x1FF) => Done(() => Calls.Mkdir(path.Bytes, mode));

    public Outcome<long> MkNod(FsPath path, uint mode, uint major = 0, uint minor = 0) =>
        Done(() => Calls.Mknod(path.Bytes, mode, major, minor));

    public Outcome<long> Link(FsPath existing, FsPath path, int flags = 0)
    {
        FinalLink finalLink = (flags & AT_SYMLINK_FOLLOW) != 0 ? FinalLink.Follow : FinalLink.Keep;
        return (flags & ~AT_SYMLINK_FOLLOW) != 0
            ? EINVAL
            : Done(() => Calls.Link(existing.Bytes, path.Bytes, finalLink));
    }

    public Outcome<long> LinkHandle(Handle file, FsPath path) => Done(() => Calls.Link(File(file), path.Bytes));

    public Outcome<long> SymLink(FsPath target, FsPath path) => Done(() => Calls.Symlink(target.Bytes, path.Bytes));

    public Outcome<string> ReadLink(FsPath path)
    {
        Outcome<ReadOnlyMemory<byte>> target = Value(() => Calls.ReadLink(path.Bytes));
        return target.Errno != OK ? target.Errno : Encoding.UTF8.GetString(target.Value.Span);
    }

    public Outcome<long> Unlink(FsPath path) => Done(() => Calls.Unlink(path.Bytes));

    public Outcome<long> RmDir(FsPath path) => Done(() => Calls.Rmdir(path.Bytes));

    public Outcome<long> Rename(FsPath from, FsPath to, int flags = 0) =>
        Done(() => Calls.Rename(from.Bytes, to.Bytes, (RenameFlags)flags));

    public Outcome<byte[]> NameToHandle(FsPath path)
    {
        Outcome<InodeHandle> handle = Value(() => Calls.NameToHandle(path.Bytes));
        return handle.Errno != OK
            ? handle.Errno
            : Encoding.ASCII.GetBytes($"{handle.Value.Number.Value} {handle.Value.Generation}");
    }

    public Outcome<Handle> OpenByHandle(byte[] handle, int flags)
    {
        string[] parts = Encoding.ASCII.GetString(handle).Split(' ');
        InodeHandle number = new(new InodeNumber(ulong.Parse(parts[0])), uint.Parse(parts[1]));
        return Opened(() => Calls.OpenByHandle(number, (OpenFlags)flags), "");
    }

    public Outcome<long> Freeze() => Done(Calls.Freeze);

    public Outcome<long> Thaw() => Done(Calls.Thaw);

    public Outcome<long> Remount(bool isReadOnly) =>
        Done(() => volume.Remount(volume.Options with { ReadOnly = isReadOnly }));

    public Outcome<IReadOnlyList<DirEntry>> GetDents(Handle directory, int bufferBytes = 32768)
    {
        VfsFile description = ((VfsHandle)directory).File;
        EntrySink sink = new(bufferBytes);
        Outcome<long> read = Done(() => description.File.ReadDirectory((ulong)description.Position, sink));
        if (read.Errno != OK)
        {
            return read.Errno;
        }

        if (sink.Entries.Count == 0 && sink.WasFull)
        {
            return EINVAL;
        }

        description.Position = sink.Entries.Count == 0 ? description.Position : sink.Entries[^1].Cookie;
        return sink.Entries;
    }

    private static OpenFile File(Handle handle) => ((VfsHandle)handle).File.File;

    private protected Outcome<Handle> Opened(Func<Result<OpenFile>> open, FsPath path)
    {
        Outcome<OpenFile> opened = Value(open);
        if (opened.Errno != OK)
        {
            return opened.Errno;
        }

        VfsFile description = new(opened.Value, path);
        process.Open[description] = description;
        return new VfsHandle(description);
    }

    // Damage is an errno at this boundary.
    private static Outcome<T> Value<T>(Func<Result<T>> call)
    {
        try
        {
            Result<T> result = call();
            return result.TryGet(out T? value, out FsError error) ? value : error.Errno;
        }
        catch (FsException exception)
        {
            return exception.Error.Errno;
        }
    }

    private protected static Outcome<long> Done(Func<Result> call)
    {
        try
        {
            Result result = call();
            return result.IsOk ? 0 : result.Error.Errno;
        }
        catch (FsException exception)
        {
            return exception.Error.Errno;
        }
    }
}
