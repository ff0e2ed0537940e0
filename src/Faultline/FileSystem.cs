// The public face of a mounted volume: paths, items, handles, streams. Thin: every call is one call of the VFS, its
// Result turned into a value or a FileSystemException.
//
// FileSystem.cs            life and identity       FileSystem.Open.cs       detecting and opening
// FileSystem.Directory.cs  listing                 FileSystem.Files.cs      stat, data, links, attributes
// FileSystem.Format.cs     making
//
// Locks: none of its own. Any number of threads may use one FileSystem.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Block;
using Faultline.Paths;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Mounts;

namespace Faultline;

/// <summary>A mounted volume.</summary>
public sealed partial class FileSystem : IDisposable
{
    private readonly SuperBlock _superBlock;
    private readonly Mount _mount;
    private readonly IReadOnlyList<IBlockDevice> _devices;
    private int _isDisposed;

    private FileSystem(SuperBlock superBlock, Mount mount, IReadOnlyList<IBlockDevice> devices)
    {
        _superBlock = superBlock;
        _mount = mount;
        _devices = devices;
    }

    /// <summary>Type, label, UUID and size.</summary>
    public VolumeIdentity Identity => _superBlock.Identity;

    /// <summary>Block size in bytes.</summary>
    public int BlockSizeBytes => _superBlock.BlockSizeBytes;

    /// <summary>Space and limits.</summary>
    public StatFs Space => _superBlock.StatFs();

    /// <summary>The calls of the VFS on this volume, for callers who want results instead of exceptions.</summary>
    public Mount Calls => _mount;

    /// <summary>Everything worth knowing about the volume.</summary>
    /// <returns>Sections in order.</returns>
    public IReadOnlyList<ReportSection> Report() => _superBlock.Report();

    /// <summary>Unmounts. No file of the volume may be open.</summary>
    public void Dispose()
    {
        if (System.Threading.Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _superBlock.Dispose();
        foreach (IBlockDevice device in _devices)
        {
            device.Dispose();
        }
    }

    // Damage thrown below becomes the face's exception, with the path in it.
    private static T Guarded<T>(UnixPath path, Func<Result<T>> call)
    {
        try
        {
            Result<T> result = call();
            return result.TryGet(out T? value, out FsError error)
                ? value
                : throw new FileSystemException(error, path);
        }
        catch (FsException exception)
        {
            throw new FileSystemException(exception.Error, path, exception);
        }
    }
}
