// Listing directories.

using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Vfs.Files;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>Lists a directory in the order of the disk, without reading an inode per name. "."
    /// and ".." are left out.</summary>
    /// <param name="path">The directory.</param>
    /// <returns>Its names, read in batches as the caller goes on.</returns>
    /// <exception cref="FileSystemException">ENOENT, ENOTDIR, EACCES; EUCLEAN damage, after the
    /// names before it.</exception>
    public IEnumerable<DirectoryItem> EnumerateDirectory(UnixPath path)
    {
        using OpenFile directory = Guarded(path, () => _mount.Open(path.Span, OpenFlags.O_DIRECTORY));
        foreach (DirectoryItem item in Enumerate(directory, path))
        {
            yield return item;
        }
    }

    /// <summary>Lists a directory by number, however long its path is.</summary>
    /// <param name="inode">Inode number of the directory.</param>
    /// <returns>As <see cref="EnumerateDirectory"/>.</returns>
    /// <exception cref="FileSystemException">ENOTDIR; EPERM the credentials are not privileged; ESTALE a free inode;
    /// EUCLEAN damage, after the names before it.</exception>
    public IEnumerable<DirectoryItem> EnumerateInode(ulong inode)
    {
        using OpenFile directory = Guarded(
            default, () => _mount.OpenInode(new InodeNumber(inode), OpenFlags.O_DIRECTORY));
        foreach (DirectoryItem item in Enumerate(directory, default))
        {
            yield return item;
        }
    }

    private static IEnumerable<DirectoryItem> Enumerate(OpenFile directory, UnixPath path)
    {
        DirectoryBatch batch = new();
        while (true)
        {
            FileSystemException? damage = ReadBatch(directory, batch, path);
            foreach (DirectoryItem item in batch.Items)
            {
                yield return item;
            }

            if (damage is not null)
            {
                throw damage;
            }

            if (batch.IsAtEnd)
            {
                yield break;
            }
        }
    }

    private static FileSystemException? ReadBatch(OpenFile directory, DirectoryBatch batch, UnixPath path)
    {
        batch.Begin();
        try
        {
            Result read = directory.ReadDirectory(batch.Cookie, batch);
            return read.IsOk ? null : new FileSystemException(read.Error, path);
        }
        catch (FsException exception)
        {
            return new FileSystemException(exception.Error, path, exception);
        }
    }
}
