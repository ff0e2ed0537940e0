// Compares a volume with a directory of the host: names, types, sizes, contents, targets,
// attributes.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Tests;

internal static class TreeComparison
{
    internal static int Compare(ExtVolume volume, string hostPath, InodeRecord directory)
    {
        List<ExtImage.Listed> listed = ExtImage.List(volume, directory);
        Assert.Equal([".", ".."], listed.Take(2).Select(static item => item.Name));
        Assert.Equal(directory.Number.Value, listed[0].Inode);
        Dictionary<string, ExtImage.Listed> names = listed.Skip(2)
            .Where(static item => item.Name != "lost+found")
            .ToDictionary(static item => item.Name);
        string[] host = [.. Directory.EnumerateFileSystemEntries(hostPath).Select(Path.GetFileName)
            .Where(static name => name != "lost+found")!];
        Assert.Equal(host.Order(StringComparer.Ordinal), names.Keys.Order(StringComparer.Ordinal));
        int count = 0;
        foreach (string name in host)
        {
            Result<InodeNumber> found = volume.Directories.Lookup(directory, Encoding.UTF8.GetBytes(name));
            Assert.Equal(names[name].Inode, found.OrThrow().Value);
            InodeRecord inode = volume.Inodes.Read(found.Value).OrThrow();
            count += 1 + CompareOne(volume, Path.Combine(hostPath, name), inode, names[name].Type);
        }

        Assert.Same(
            ExtReasons.NameMissing, volume.Directories.Lookup(directory, "no such name"u8).Error.Reason);
        return count;
    }

    private static int CompareOne(ExtVolume volume, string path, InodeRecord inode, FileType type)
    {
        FileInfo host = new(path);
        Assert.False(OperatingSystem.IsWindows());
        if (!OperatingSystem.IsWindows() && !inode.IsSymbolicLink)
        {
            Assert.Equal((uint)File.GetUnixFileMode(path), inode.Mode & ModeBits.PermissionMask);
        }

        if (inode.IsSymbolicLink)
        {
            Assert.Equal(host.LinkTarget, Encoding.UTF8.GetString(SymbolicLink.Read(volume, inode).OrThrow()));
            Assert.True(type is FileType.SymbolicLink or FileType.Unknown);
            return 0;
        }

        if (inode.IsDirectory)
        {
            Assert.True(type is FileType.Directory or FileType.Unknown);
            return Compare(volume, path, inode);
        }

        if (inode.IsRegular)
        {
            Assert.Equal(host.Length, inode.SizeBytes);
            Assert.True(
                File.ReadAllBytes(path).AsSpan().SequenceEqual(ExtImage.ReadAll(volume, inode)), path);
            Assert.Equal(
                new DateTimeOffset(host.LastWriteTimeUtc).ToUnixTimeSeconds(), InodeTimes.Modify(inode).Seconds);
        }

        // The tools write no attributes on volumes of revision 0.
        bool hasXattrs = volume.Super.Revision > 0;
        if (hasXattrs && path.EndsWith("/medium", StringComparison.Ordinal))
        {
            byte[] value = new byte[1000];
            int length = volume.Xattrs.Get(inode, "user.large"u8, value).OrThrow();
            Assert.Equal(new string('v', 700), Encoding.ASCII.GetString(value, 0, length));
        }

        if (hasXattrs && path.EndsWith("/tiny", StringComparison.Ordinal))
        {
            byte[] value = new byte[10];
            Assert.Equal(5, volume.Xattrs.Get(inode, "user.small"u8, value).OrThrow());
            Assert.Equal(2, inode.LinkCount);
        }

        return 0;
    }
}
