// A directory of a host without Linux's calls: .NET's own files, with every name checked for what the host would read
// into it, and links refused where the copy would pass through one.

using System;
using System.IO;
using Faultline.Abi;
using Faultline.Paths;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

/// <summary>A directory of any host, by path.</summary>
internal sealed class PortableDirectory : IHostDirectory
{
    private readonly string _path;

    private PortableDirectory(string path) => _path = path;

    internal static Errno Open(string path, out PortableDirectory? directory)
    {
        directory = Directory.Exists(path) ? new PortableDirectory(Path.GetFullPath(path)) : null;
        return directory is null ? Errno.ENOENT : Errno.OK;
    }

    public Errno OpenDirectory(ReadOnlySpan<byte> name, out IHostDirectory? directory)
    {
        directory = null;
        if (!TryChild(name, out string child))
        {
            return Errno.EINVAL;
        }

        DirectoryInfo made = Directory.CreateDirectory(child);
        if ((made.Attributes & FileAttributes.ReparsePoint) != 0)
        {
            return Errno.ELOOP;
        }

        directory = new PortableDirectory(child);
        return Errno.OK;
    }

    public Errno CreateFile(ReadOnlySpan<byte> name, out IHostFile? file)
    {
        file = null;
        if (!TryChild(name, out string child))
        {
            return Errno.EINVAL;
        }

        File.Delete(child);
        file = new PortableFile(new FileStream(child, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1));
        return Errno.OK;
    }

    public Errno CreateSymbolicLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        if (!TryChild(name, out string child))
        {
            return Errno.EINVAL;
        }

        File.Delete(child);
        _ = File.CreateSymbolicLink(child, new UnixPath(target.ToArray()).ToString());
        return Errno.OK;
    }

    // .NET has no hard links: the caller then copies the file.
    public Errno CreateHardLink(ReadOnlySpan<byte> name, IHostDirectory root, ReadOnlySpan<byte> existing) =>
        Errno.EOPNOTSUPP;

    public Errno CreateSpecial(ReadOnlySpan<byte> name, InodeAttributes attributes) => Errno.EOPNOTSUPP;

    public HostErrors SetAttributes(
        ReadOnlySpan<byte> name, InodeAttributes attributes, ExtractionOptions options) => default;

    public Errno SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) =>
        Errno.EOPNOTSUPP;

    public HostErrors SetOwnAttributes(InodeAttributes attributes, ExtractionOptions options)
    {
        if (options.PreserveTimes)
        {
            Directory.SetLastWriteTimeUtc(_path, attributes.ModifyTime.ToDateTimeOffset().UtcDateTime);
        }

        return new HostErrors(options.PreserveOwner ? Errno.EOPNOTSUPP : Errno.OK, Errno.OK, Errno.OK);
    }

    public Errno SetOwnXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) => Errno.EOPNOTSUPP;

    // A path holds nothing of the host's.
    public void Suspend()
    {
    }

    public Errno Resume(IHostDirectory child) => Errno.OK;

    public void Dispose()
    {
    }

    // A name that the host would read as anything but one component of this directory is refused.
    private bool TryChild(ReadOnlySpan<byte> name, out string child)
    {
        UnixPath path = new(name.ToArray());
        string text = path.ToString();
        child = Path.Combine(_path, text);
        return path.IsUtf8
            && text.IndexOfAny(Path.GetInvalidFileNameChars()) < 0
            && text is not ("." or "..")
            && !text.EndsWith('.')
            && !text.EndsWith(' ')
            && Path.GetFullPath(child) == child;
    }
}
