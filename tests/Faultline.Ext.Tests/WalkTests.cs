// Goal: whatever mke2fs makes of a tree, we read back the same tree. Method: one tree, many feature combinations; every
// name, type, size, content, target, attribute and link count is compared with the tree.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Tests;

public sealed class WalkTests(WalkTests.Tree fixture) : IClassFixture<WalkTests.Tree>
{
    public sealed class Tree : IDisposable
    {
        internal SourceTree Source { get; } = new();

        public void Dispose() => Source.Dispose();
    }

    [Theory]
    [InlineData("-t ext2 -b 1024")]
    [InlineData("-t ext2 -b 4096 -r 0")]
    [InlineData("-t ext2 -b 1024 -O ^sparse_super,^filetype,^dir_index,^resize_inode")]
    [InlineData("-t ext3 -b 2048")]
    [InlineData("-t ext3 -b 1024 -I 128")]
    [InlineData("-t ext4 -b 1024")]
    [InlineData("-t ext4 -b 4096")]
    [InlineData("-t ext4 -b 4096 -O ^64bit,^metadata_csum,uninit_bg")]
    [InlineData("-t ext4 -b 1024 -O 64bit,^metadata_csum,uninit_bg")]
    [InlineData("-t ext4 -b 1024 -O meta_bg,^resize_inode")]
    [InlineData("-t ext4 -b 1024 -O meta_bg,^resize_inode,^flex_bg,^sparse_super")]
    [InlineData("-t ext4 -b 1024 -O sparse_super2")]
    [InlineData("-t ext4 -b 1024 -O bigalloc -C 16384")]
    [InlineData("-t ext4 -b 4096 -O bigalloc -C 65536")]
    [InlineData("-t ext4 -b 4096 -O inline_data")]
    [InlineData("-t ext4 -b 1024 -O inline_data -I 512")]
    [InlineData("-t ext4 -b 4096 -O metadata_csum_seed,ea_inode,large_dir,project,quota,mmp")]
    [InlineData("-t ext4 -b 4096 -O orphan_file,fast_commit")]
    [InlineData("-t ext4 -b 8192 -O ^has_journal")]
    [InlineData("-t ext4 -b 16384 -O ^has_journal")]
    [InlineData("-t ext4 -b 65536 -O ^has_journal")]
    [InlineData("-t ext4 -b 65536 -O ^has_journal,inline_data")]
    [InlineData("-t ext4 -b 4096 -O ^extent,^64bit")]
    [InlineData("-t ext4 -b 4096 -E encoding=utf8 -O casefold")]
    public void TreeReadBack_IsTheTreeWritten(string arguments)
    {
        using ExtImage image = new(
            96L << 20, [.. arguments.Split(' '), "-d", fixture.Source.Path]);
        ExtVolume volume = ExtImage.Open(image.Load());
        int count = Compare(volume, fixture.Source.Path, volume.Inodes.Read(new InodeNumber(2)).OrThrow());
        Assert.True(count > 600);
        Assert.Empty(ExtInfo.Of(volume).Problems);
        volume.Buffers.CheckInvariants();
    }

    private static int Compare(ExtVolume volume, string hostPath, InodeRecord directory)
    {
        List<ExtImage.Listed> listed = ExtImage.List(volume, directory);
        Assert.Equal([".", ".."], listed.Take(2).Select(static item => item.Name));
        Assert.Equal(directory.Number.Value, listed[0].Inode);
        Dictionary<string, ExtImage.Listed> names = listed.Skip(2)
            .Where(static item => item.Name != "lost+found")
            .ToDictionary(static item => item.Name);
        string[] host = [.. Directory.EnumerateFileSystemEntries(hostPath).Select(Path.GetFileName)!];
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

        if (path.EndsWith("/medium", StringComparison.Ordinal))
        {
            byte[] value = new byte[1000];
            int length = volume.Xattrs.Get(inode, "user.large"u8, value).OrThrow();
            Assert.Equal(new string('v', 700), Encoding.ASCII.GetString(value, 0, length));
        }

        if (path.EndsWith("/tiny", StringComparison.Ordinal))
        {
            byte[] value = new byte[10];
            Assert.Equal(5, volume.Xattrs.Get(inode, "user.small"u8, value).OrThrow());
            Assert.Equal(2, inode.LinkCount);
        }

        return 0;
    }
}
