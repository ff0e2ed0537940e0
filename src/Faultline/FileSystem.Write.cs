// Changing a volume that was opened for writing: names, attributes, whole files. What the calls promise is what the
// calls of Linux promise; nothing is durable before Sync, or a handle's Flush.

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Files;
using Faultline.Paths;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Walk;

namespace Faultline;

public sealed partial class FileSystem
{
    private const uint DefaultFileMode = 0x1A4; // 0644
    private const uint DefaultDirectoryMode = 0x1ED; // 0755

    /// <summary>Whether nothing can be changed.</summary>
    public bool IsReadOnly => _superBlock.IsReadOnly;

    /// <summary>Makes a directory.</summary>
    /// <param name="path">Its path; the parent exists.</param>
    /// <param name="mode">Permission bits.</param>
    /// <exception cref="FileSystemException">EEXIST, ENOENT, EACCES, EROFS, ENOSPC, EMLINK; EUCLEAN damage.</exception>
    public void CreateDirectory(UnixPath path, uint mode = DefaultDirectoryMode) =>
        Do(path, () => _mount.Mkdir(path.Span, mode));

    /// <summary>Opens a regular file for reading and writing, making it if it is not there.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="flags">More flags of open(2), such as O_EXCL, O_TRUNC, O_APPEND or O_DIRECT.</param>
    /// <param name="mode">Permission bits of a new file.</param>
    /// <returns>A handle; dispose it.</returns>
    /// <exception cref="FileSystemException">Those of open(2); EUCLEAN damage.</exception>
    public FileHandle CreateFile(
        UnixPath path, OpenFlags flags = OpenFlags.O_RDONLY, uint mode = DefaultFileMode) =>
        new(Guarded(path, () => _mount.Open(path.Span, flags | OpenFlags.O_CREAT | OpenFlags.O_RDWR, mode)), path);

    /// <summary>Opens a regular file as a stream for reading and writing, making it if it is not there.</summary>
    /// <param name="path">Its path.</param>
    /// <returns>A seekable stream; flushing it makes the file durable. Dispose it.</returns>
    /// <exception cref="FileSystemException">As <see cref="CreateFile"/>.</exception>
    public Stream OpenWrite(UnixPath path) => CreateFile(path).AsStream(ownsHandle: true);

    /// <summary>Makes a file hold these bytes and no others.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="mode">Permission bits of a new file.</param>
    /// <exception cref="FileSystemException">As <see cref="CreateFile"/>; ENOSPC, EFBIG.</exception>
    public void WriteAllBytes(UnixPath path, ReadOnlySpan<byte> bytes, uint mode = DefaultFileMode)
    {
        using FileHandle file = CreateFile(path, OpenFlags.O_TRUNC, mode);
        file.WriteFully(bytes, 0);
    }

    /// <summary>Makes a symbolic link.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="target">What it says, 1 to 4095 bytes.</param>
    /// <exception cref="FileSystemException">As <see cref="CreateDirectory"/>; ENAMETOOLONG.</exception>
    public void CreateSymbolicLink(UnixPath path, UnixPath target) =>
        Do(path, () => _mount.Symlink(target.Span, path.Span));

    /// <summary>Makes another name for a file.</summary>
    /// <param name="existing">The file; a symbolic link itself, not its target.</param>
    /// <param name="path">The new name.</param>
    /// <exception cref="FileSystemException">As <see cref="CreateDirectory"/>; EPERM a directory; EMLINK.</exception>
    public void CreateHardLink(UnixPath existing, UnixPath path) =>
        Do(path, () => _mount.Link(existing.Span, path.Span));

    /// <summary>Makes a device node, fifo or socket.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mode">Type (S_IFMT) and permission bits.</param>
    /// <param name="major">Major number of a device.</param>
    /// <param name="minor">Minor number of a device.</param>
    /// <exception cref="FileSystemException">As <see cref="CreateDirectory"/>; EINVAL the type.</exception>
    public void CreateNode(UnixPath path, uint mode, uint major = 0, uint minor = 0) =>
        Do(path, () => _mount.Mknod(path.Span, mode, major, minor));

    /// <summary>Removes a name that is no directory's.</summary>
    /// <param name="path">The name.</param>
    /// <exception cref="FileSystemException">ENOENT, EISDIR, EACCES, EPERM, EROFS; EUCLEAN damage.</exception>
    public void Delete(UnixPath path) => Do(path, () => _mount.Unlink(path.Span));

    /// <summary>Removes an empty directory.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="FileSystemException">ENOENT, ENOTDIR, ENOTEMPTY, EACCES, EROFS; EUCLEAN damage.</exception>
    public void DeleteDirectory(UnixPath path) => Do(path, () => _mount.Rmdir(path.Span));

    /// <summary>Removes a tree, whatever it is.</summary>
    /// <param name="path">Its root.</param>
    /// <param name="cancellation">Ends the work between two names; what is removed stays removed.</param>
    /// <exception cref="FileSystemException">As <see cref="Delete"/> and <see cref="DeleteDirectory"/>.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public void DeleteTree(UnixPath path, CancellationToken cancellation = default)
    {
        // Depth first without recursion: a tree may be deeper than any stack.
        Stack<(UnixPath Path, bool IsListed)> left = new();
        left.Push((path, false));
        while (left.TryPop(out (UnixPath Path, bool IsListed) next))
        {
            cancellation.ThrowIfCancellationRequested();
            bool isDirectory = next.IsListed || Stat(next.Path, FinalLink.Keep).Attributes.IsDirectory;
            if (!isDirectory)
            {
                Delete(next.Path);
                continue;
            }

            if (next.IsListed)
            {
                DeleteDirectory(next.Path);
                continue;
            }

            left.Push((next.Path, true));
            foreach (DirectoryItem item in EnumerateDirectory(next.Path))
            {
                left.Push((next.Path.Append(item.Name.Span), false));
            }
        }
    }

    /// <summary>Moves a name.</summary>
    /// <param name="from">The name.</param>
    /// <param name="to">The new name; what has it is replaced.</param>
    /// <param name="flags">RENAME_NOREPLACE, RENAME_EXCHANGE, RENAME_WHITEOUT.</param>
    /// <exception cref="FileSystemException">Those of rename(2); EUCLEAN damage.</exception>
    public void Move(UnixPath from, UnixPath to, RenameFlags flags = RenameFlags.None) =>
        Do(from, () => _mount.Rename(from.Span, to.Span, flags));

    /// <summary>Sets permission bits.</summary>
    /// <param name="path">What is changed.</param>
    /// <param name="mode">Permission, set-id and sticky bits.</param>
    /// <exception cref="FileSystemException">Those of chmod(2).</exception>
    public void SetMode(UnixPath path, uint mode) => Do(path, () => _mount.Chmod(path.Span, mode));

    /// <summary>Sets the owner.</summary>
    /// <param name="path">What is changed.</param>
    /// <param name="uid">New user, or null to leave it.</param>
    /// <param name="gid">New group, or null to leave it.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <exception cref="FileSystemException">Those of chown(2).</exception>
    public void SetOwner(UnixPath path, uint? uid, uint? gid, FinalLink finalLink = FinalLink.Follow) =>
        Do(path, () => _mount.Chown(path.Span, uid, gid, finalLink));

    /// <summary>Sets access and modification time.</summary>
    /// <param name="path">What is changed.</param>
    /// <param name="access">New access time.</param>
    /// <param name="modify">New modification time.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <exception cref="FileSystemException">Those of utimensat(2).</exception>
    public void SetTimes(
        UnixPath path, TimeUpdate access, TimeUpdate modify, FinalLink finalLink = FinalLink.Follow) =>
        Do(path, () => _mount.SetTimes(path.Span, access, modify, finalLink));

    /// <summary>Sets the size of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="sizeBytes">Its new size.</param>
    /// <exception cref="FileSystemException">Those of truncate(2).</exception>
    public void Truncate(UnixPath path, long sizeBytes) => Do(path, () => _mount.Truncate(path.Span, sizeBytes));

    /// <summary>Stores an extended attribute.</summary>
    /// <param name="path">Whose.</param>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="value">The value.</param>
    /// <param name="flags">Create, replace, or either.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <exception cref="FileSystemException">Those of setxattr(2).</exception>
    public void SetXattr(
        UnixPath path,
        UnixPath name,
        ReadOnlyMemory<byte> value,
        XattrFlags flags = XattrFlags.None,
        FinalLink finalLink = FinalLink.Keep) =>
        Do(path, () => _mount.SetXattr(path.Span, name.Span, value.Span, flags, finalLink));

    /// <summary>Removes an extended attribute.</summary>
    /// <param name="path">Whose.</param>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <exception cref="FileSystemException">Those of removexattr(2).</exception>
    public void RemoveXattr(UnixPath path, UnixPath name, FinalLink finalLink = FinalLink.Keep) =>
        Do(path, () => _mount.RemoveXattr(path.Span, name.Span, finalLink));

    /// <summary>Makes everything durable.</summary>
    /// <exception cref="FileSystemException">EIO and others: what was written before may be lost.</exception>
    public void Sync() => Do(default, _superBlock.Sync);

    /// <summary>Makes everything durable, on the thread pool.</summary>
    /// <param name="cancellation">Cancels a sync that has not begun.</param>
    /// <returns>Done when it is durable.</returns>
    /// <exception cref="FileSystemException">As <see cref="Sync"/>.</exception>
    public Task FlushAsync(CancellationToken cancellation = default) => Task.Run(Sync, cancellation);

    private static void Do(UnixPath path, Func<Result> call) => _ = Guarded<bool>(path, () =>
    {
        Result result = call();
        return result.IsOk ? true : result.Error;
    });
}
