// Goal: whatever mke2fs makes of a tree, we read back the same tree. Method: one tree, many feature
// combinations; every name, type, size, content, target, attribute and link count is compared with
// the tree.

using System;
using Faultline.Base;

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
        int count = TreeComparison.Compare(
            volume, fixture.Source.Path, volume.Inodes.Read(new InodeNumber(2)).OrThrow());
        Assert.True(count > 600);
        Assert.Empty(ExtInfo.Of(volume).Problems);
        volume.Buffers.CheckInvariants();
    }
}
