// Goal: no image, however damaged, makes the driver fail in any way but its own: every failure is
// an error with a reason, soon, in bounded memory. Method: seeded changes in the metadata of small
// images, half of them with repaired superblock checksums; then everything is read.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext.Inodes;
using Faultline.Iomap;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Tests;

public sealed class FuzzTests(WalkTests.Tree fixture) : IClassFixture<WalkTests.Tree>
{
    private static readonly int s_roundCount = int.Parse(
        Environment.GetEnvironmentVariable("FAULTLINE_FUZZ_ROUNDS") ?? "120");
    private const int SecondsMax = 2;

    [Theory]
    [InlineData("-t ext2 -b 1024", 1)]
    [InlineData("-t ext4 -b 1024 -O ^metadata_csum,uninit_bg", 2)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,inline_data", 3)]
    [InlineData("-t ext4 -b 1024 -O metadata_csum,inline_data,ea_inode,large_dir,orphan_file,mmp,quota,project", 4)]
    [InlineData("-t ext4 -b 4096 -O ^metadata_csum,bigalloc -C 16384", 5)]
    [InlineData("-t ext4 -b 65536 -O ^metadata_csum,^has_journal", 6)]
    public void DamagedImages_FailOnlyWithReasons(string arguments, ulong seed)
    {
        using ExtImage image = new(48L << 20, [.. arguments.Split(' '), "-d", fixture.Source.Path]);
        byte[] pristine = System.IO.File.ReadAllBytes(image.Path);
        List<int> blocks = MetadataBlocks(pristine);
        Prng random = new(seed);
        for (int round = 0; round < s_roundCount; round++)
        {
            byte[] bytes = (byte[])pristine.Clone();
            Mutate(bytes, blocks, random);
            if (random.OneIn(2))
            {
                RepairSuperBlock(bytes);
            }

            // A busy machine may stall once; a slow image is slow every time.
            TimeSpan elapsed = Time(bytes, out string outcome);
            if (elapsed.TotalSeconds >= SecondsMax)
            {
                elapsed = Time(bytes, out outcome);
            }

            Assert.True(elapsed.TotalSeconds < SecondsMax, $"round {round}: {elapsed} {outcome}");
        }
    }

    private static TimeSpan Time(byte[] bytes, out string outcome)
    {
        Stopwatch watch = Stopwatch.StartNew();
        outcome = ReadEverything(bytes);
        return watch.Elapsed;
    }

    // Everything but file contents: blocks of 1 KiB that are neither zero nor random data.
    private static List<int> MetadataBlocks(byte[] bytes)
    {
        List<int> blocks = [];
        for (int block = 1; block < bytes.Length / 1024; block++)
        {
            ReadOnlySpan<byte> piece = bytes.AsSpan(block * 1024, 1024);
            int zeros = 0;
            foreach (byte value in piece)
            {
                zeros += value == 0 ? 1 : 0;
            }

            if (zeros is > 20 and < 1024)
            {
                blocks.Add(block);
            }
        }

        return blocks;
    }

    private static void Mutate(byte[] bytes, List<int> blocks, Prng random)
    {
        long count = 1 + random.Below(6);
        for (long change = 0; change < count; change++)
        {
            // The superblock and the first blocks decide most.
            int block = random.OneIn(3) ? 1 + (int)random.Below(8) : blocks[(int)random.Below(blocks.Count)];
            Span<byte> piece = bytes.AsSpan(block * 1024, 1024);
            int offset = (int)random.Below(1024);
            switch (random.Below(5))
            {
                case 0:
                    piece[offset] ^= (byte)(1 << (int)random.Below(8));
                    break;
                case 1:
                    piece[offset] = (byte)random.Below(256);
                    break;
                case 2:
                    piece.Slice(offset & ~3, 4).Fill(0xFF);
                    break;
                case 3:
                    random.Fill(piece.Slice(offset & ~3, 4));
                    break;
                default:
                    int other = blocks[(int)random.Below(blocks.Count)];
                    bytes.AsSpan(other * 1024, 1024).CopyTo(piece);
                    break;
            }
        }
    }

    private static void RepairSuperBlock(byte[] bytes)
    {
        Span<byte> super = bytes.AsSpan(1024, 1024);
        Disk.Overlay<LeUInt32>(super, 0x3FC) = Crc32c.Update(uint.MaxValue, super.Slice(0, 0x3FC));
    }

    private static string ReadEverything(byte[] bytes)
    {
        try
        {
            Result<ExtVolume> opened = ExtVolume.Open(MemoryDevice.Of(bytes), new ExtOpenOptions());
            if (!opened.TryGet(out ExtVolume? volume, out FsError error))
            {
                return error.ToString();
            }

            _ = ExtReport.Of(ExtInfo.Of(volume));
            ReadTree(volume);
            return "read";
        }
        catch (FsException failure)
        {
            return failure.Message;
        }
    }

    private static void ReadTree(ExtVolume volume)
    {
        Queue<ulong> queue = new([2]);
        HashSet<ulong> seen = [];
        while (queue.TryDequeue(out ulong number) && (seen.Count < 3000))
        {
            if (!seen.Add(number))
            {
                continue;
            }

            try
            {
                ReadInode(volume, new InodeNumber(number), queue);
            }
            catch (FsException failure)
            {
                Assert.NotEqual(Errno.OK, failure.Error.Errno);
            }
        }
    }

    private static void ReadInode(ExtVolume volume, InodeNumber number, Queue<ulong> queue)
    {
        if (!volume.Inodes.Read(number).TryGet(out InodeRecord? inode, out _))
        {
            return;
        }

        _ = ExtAttributes.Of(volume.Super, inode);
        AllXattrs xattrs = new(volume, inode);
        volume.Xattrs.List(inode, xattrs);
        xattrs.ReadAll();
        if (inode.IsSymbolicLink)
        {
            _ = SymbolicLink.Read(volume, inode);
        }

        if (inode.IsDirectory)
        {
            ExtImage.ListSink sink = new(5000);
            volume.Directories.List(inode, 0, sink);
            foreach (ExtImage.Listed item in sink.Items)
            {
                queue.Enqueue(item.Inode);
            }

            _ = volume.Directories.Lookup(inode, "a file with a rather long name 00077"u8);
            _ = volume.Directories.Lookup(inode, "no such name"u8);
        }

        if (inode.IsRegular)
        {
            Mapping.ExtIomapOps ops = new(volume, inode);
            long position = 0;
            for (int step = 0; (step < 200) && (position < inode.SizeBytes); step++)
            {
                Result begun = ops.Begin(position, 4096, IomapIntent.Read, out Iomap.Iomap iomap);
                if (!begun.IsOk)
                {
                    return;
                }

                Assert.True(iomap.Position <= position);
                Assert.True(iomap.End > position);
                Assert.True(iomap.Type != IomapType.Mapped || (iomap.Address >= 0
                    && iomap.Address + iomap.Length <= volume.Device.SizeBytes));
                position = iomap.End;
            }
        }
    }

    private sealed class AllXattrs(ExtVolume volume, InodeRecord inode) : IXattrSink
    {
        private readonly List<byte[]> _names = [];

        public void Add(ReadOnlySpan<byte> name, long valueLength) => _names.Add(name.ToArray());

        internal void ReadAll()
        {
            foreach (byte[] name in _names)
            {
                _ = volume.Xattrs.Get(inode, name, default);
            }
        }
    }
}
