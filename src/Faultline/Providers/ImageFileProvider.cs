// A volume as a file provider of Microsoft.Extensions, for ASP.NET and friends.

using System;
using System.Collections;
using System.Collections.Generic;
using System.IO;
using Faultline.Paths;
using Faultline.Vfs.Inodes;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace Faultline.Providers;

/// <summary>Serves the files of a volume. Symbolic links are followed inside the volume, also out of the
/// directory that is served: serve a volume whose links you trust.</summary>
/// <param name="fileSystem">The volume; stays the caller's.</param>
/// <param name="root">Directory whose contents are served.</param>
public sealed class ImageFileProvider(FileSystem fileSystem, UnixPath root) : IFileProvider
{
    /// <summary>Serves the whole volume.</summary>
    /// <param name="fileSystem">The volume; stays the caller's.</param>
    public ImageFileProvider(FileSystem fileSystem)
        : this(fileSystem, UnixPath.Root)
    {
    }

    /// <inheritdoc/>
    public IFileInfo GetFileInfo(string subpath)
    {
        if (!TryResolve(subpath, out UnixPath path) || !TryStat(path, out InodeStat stat))
        {
            return new NotFoundFileInfo(subpath);
        }

        return new ImageFileInfo(fileSystem, path, stat);
    }

    /// <inheritdoc/>
    public IDirectoryContents GetDirectoryContents(string subpath)
    {
        bool isDirectory = TryResolve(subpath, out UnixPath path)
            && TryStat(path, out InodeStat stat)
            && stat.Attributes.IsDirectory;
        return isDirectory ? new Contents(this, fileSystem, path) : NotFoundDirectoryContents.Singleton;
    }

    /// <inheritdoc/>
    public IChangeToken Watch(string filter) => NullChangeToken.Singleton;

    // For a provider whatever cannot be reached is not there: a request must not fail because of what an image holds.
    private bool TryStat(UnixPath path, out InodeStat stat)
    {
        try
        {
            return fileSystem.TryStat(path, out stat);
        }
        catch (FileSystemException)
        {
            stat = default;
            return false;
        }
    }

    // ".." never leaves the root directory that is served.
    private bool TryResolve(string subpath, out UnixPath path)
    {
        ArgumentNullException.ThrowIfNull(subpath);
        path = root;
        foreach (string part in subpath.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                return false;
            }

            path = path.Append(new UnixPath(part).Span);
        }

        return true;
    }

    private sealed class Contents(ImageFileProvider provider, FileSystem fileSystem, UnixPath directory)
        : IDirectoryContents
    {
        public bool Exists => true;

        public IEnumerator<IFileInfo> GetEnumerator()
        {
            foreach (DirectoryItem item in fileSystem.EnumerateDirectory(directory))
            {
                UnixPath path = directory.Append(item.Name.Span);
                if (provider.TryStat(path, out InodeStat stat))
                {
                    yield return new ImageFileInfo(fileSystem, path, stat);
                }
            }
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class ImageFileInfo(FileSystem fileSystem, UnixPath path, InodeStat stat) : IFileInfo
    {
        public bool Exists => true;

        public bool IsDirectory => stat.Attributes.IsDirectory;

        public DateTimeOffset LastModified => stat.Attributes.ModifyTime.ToDateTimeOffset();

        public long Length => IsDirectory ? -1 : stat.Attributes.SizeBytes;

        public string Name => path.Name.ToString();

        public string? PhysicalPath => null;

        public Stream CreateReadStream() => fileSystem.OpenRead(path);
    }
}
