// Attributes, data, links and extended attributes of what a path names.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Files;
using Faultline.Paths;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline;

public sealed partial class FileSystem
{
    /// <summary>The attributes of what a path names.</summary>
    /// <param name="path">The path.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <returns>Inode number and attributes.</returns>
    /// <exception cref="FileSystemException">ENOENT, ENOTDIR, EACCES, ELOOP, ENAMETOOLONG; EUCLEAN damage.</exception>
    public InodeStat Stat(UnixPath path, FinalLink finalLink = FinalLink.Follow) =>
        Guarded(path, () => _mount.Stat(path.Span, finalLink));

    /// <summary>The attributes of an inode by number, as a directory item gives it.</summary>
    /// <param name="inode">Inode number.</param>
    /// <returns>Inode number and attributes.</returns>
    /// <exception cref="FileSystemException">EPERM the credentials are not privileged; ESTALE a
    /// free inode; EUCLEAN damage.</exception>
    public InodeStat StatInode(ulong inode) => Guarded<InodeStat>(default, () =>
    {
        Result<Inode> found = _mount.GetInode(new InodeNumber(inode));
        if (!found.TryGet(out Inode? known, out FsError error))
        {
            return error;
        }

        InodeStat stat = new(known.Number, known.Attributes);
        known.Put();
        return stat;
    });

    /// <summary>Whether a path names something.</summary>
    /// <param name="path">The path.</param>
    /// <returns>False when it names nothing (ENOENT, ENOTDIR).</returns>
    /// <exception cref="FileSystemException">Anything but ENOENT and ENOTDIR.</exception>
    public bool Exists(UnixPath path) => TryStat(path, out _);

    /// <summary>The attributes of what a path names, if it names something.</summary>
    /// <param name="path">The path.</param>
    /// <param name="stat">Inode number and attributes.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <returns>False when it names nothing (ENOENT, ENOTDIR).</returns>
    /// <exception cref="FileSystemException">Anything but ENOENT and ENOTDIR.</exception>
    public bool TryStat(UnixPath path, out InodeStat stat, FinalLink finalLink = FinalLink.Follow)
    {
        Result<InodeStat> result = Guarded(path, () => Result.Of(_mount.Stat(path.Span, finalLink)));
        if (!result.TryGet(out stat, out FsError error) && error.Errno is not (Errno.ENOENT or Errno.ENOTDIR))
        {
            throw new FileSystemException(error, path);
        }

        return result.IsOk;
    }

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">The path.</param>
    /// <param name="flags">More flags of open(2), such as O_DIRECT or O_NOFOLLOW.</param>
    /// <returns>A handle with positional reads; dispose it.</returns>
    /// <exception cref="FileSystemException">Those of <see cref="Stat"/>; ENXIO a device, fifo or socket.</exception>
    public FileHandle OpenFile(UnixPath path, OpenFlags flags = OpenFlags.O_RDONLY) =>
        new(Guarded(path, () => _mount.Open(path.Span, flags)), path);

    /// <summary>Opens a regular file by number, however long its path is.</summary>
    /// <param name="inode">Inode number of the file.</param>
    /// <param name="path">What the handle and its errors call the file.</param>
    /// <returns>A handle with positional reads; dispose it.</returns>
    /// <exception cref="FileSystemException">As <see cref="OpenFile"/>; EPERM the credentials are not privileged;
    /// ESTALE a free inode; EUCLEAN damage.</exception>
    public FileHandle OpenInode(ulong inode, UnixPath path = default) =>
        new(Guarded(path, () => _mount.OpenInode(new InodeNumber(inode))), path);

    /// <summary>Opens a regular file as a stream.</summary>
    /// <param name="path">The path.</param>
    /// <returns>A seekable stream; dispose it.</returns>
    /// <exception cref="FileSystemException">As <see cref="OpenFile"/>; EISDIR a directory.</exception>
    public Stream OpenRead(UnixPath path) => OpenFile(path).AsStream(ownsHandle: true);

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The path.</param>
    /// <param name="sizeBytesMax">Refuses files larger than this (EFBIG): an image may claim any size.</param>
    /// <returns>Its bytes.</returns>
    /// <exception cref="FileSystemException">As <see cref="OpenFile"/>; EFBIG.</exception>
    public byte[] ReadAllBytes(UnixPath path, int sizeBytesMax = 1 << 28)
    {
        using FileHandle file = OpenFile(path);
        if (file.SizeBytes > sizeBytesMax)
        {
            throw new FileSystemException(FaultlineReasons.FileTooLarge.With($"{file.SizeBytes} bytes"), path);
        }

        byte[] bytes = new byte[file.SizeBytes];
        int read = file.ReadFully(bytes, 0);
        return read == bytes.Length ? bytes : bytes.AsSpan(0, read).ToArray();
    }

    /// <summary>The target of a symbolic link.</summary>
    /// <param name="path">The link.</param>
    /// <returns>The target.</returns>
    /// <exception cref="FileSystemException">Those of <see cref="Stat"/>; EINVAL not a link; ENOKEY
    /// encrypted.</exception>
    public UnixPath ReadLink(UnixPath path) => new(Guarded(path, () => _mount.ReadLink(path.Span)));

    /// <summary>The target of a symbolic link by number, however long its path is.</summary>
    /// <param name="inode">Inode number of the link.</param>
    /// <returns>The target.</returns>
    /// <exception cref="FileSystemException">EINVAL not a link; ENOKEY encrypted; EPERM the credentials are not
    /// privileged; ESTALE a free inode; EUCLEAN damage.</exception>
    public UnixPath ReadLinkInode(ulong inode) => new(Guarded(default, () =>
    {
        Result<Inode> found = _mount.GetInode(new InodeNumber(inode));
        if (!found.TryGet(out Inode? link, out FsError error))
        {
            return error;
        }

        try
        {
            return link.ReadLink();
        }
        finally
        {
            link.Put();
        }
    }));

    /// <summary>The extended attributes of what a path names.</summary>
    /// <param name="path">The path.</param>
    /// <param name="finalLink">What to do with a symbolic link at the end.</param>
    /// <returns>Names and values.</returns>
    /// <exception cref="FileSystemException">Those of <see cref="Stat"/>.</exception>
    public IReadOnlyList<XattrItem> GetXattrs(UnixPath path, FinalLink finalLink = FinalLink.Keep)
    {
        using PathReference at = Guarded(path, () => _mount.Resolve(path.Span, finalLink));
        Inode inode = at.Inode;
        return Guarded(path, () => Result.Of(XattrReader.Read(inode)));
    }

    /// <summary>The extended attributes of an inode by number, however long its path is.</summary>
    /// <param name="inode">Inode number.</param>
    /// <returns>Names and values.</returns>
    /// <exception cref="FileSystemException">EPERM the credentials are not privileged; ESTALE a free inode; EUCLEAN
    /// damage.</exception>
    public IReadOnlyList<XattrItem> GetXattrsInode(ulong inode) => Guarded(default, () =>
    {
        Result<Inode> found = _mount.GetInode(new InodeNumber(inode));
        if (!found.TryGet(out Inode? known, out FsError error))
        {
            return error;
        }

        try
        {
            return Result.Of(XattrReader.Read(known));
        }
        finally
        {
            known.Put();
        }
    });
}
