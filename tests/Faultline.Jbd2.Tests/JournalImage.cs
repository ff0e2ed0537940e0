// An image of one block group whose journal the real tools filled.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;

namespace Faultline.Jbd2.Tests;

internal sealed class JournalImage : IDisposable
{
    internal const int BlockSize = 1024;
    private const int ImageBytes = 8 << 20;

    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-jbd2").FullName;

    internal JournalImage(string features)
    {
        Path = System.IO.Path.Combine(_directory, "image");
        using (FileStream stream = new(Path, FileMode.Create))
        {
            stream.SetLength(ImageBytes);
        }

        Tool.Run("mke2fs", "-q", "-t", "ext4", "-O", features, "-b", "1024", "-J", "size=1",
            "-U", "01234567-89ab-cdef-0123-456789abcdef", Path);
        Blocks = [.. Tool.Run("debugfs", "-R", "blocks <8>", Path)
            .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(static text => uint.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(1024, Blocks.Count);
    }

    internal string Path { get; }

    internal List<uint> Blocks { get; }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // Writes transactions: block contents come from the pattern, blocks named "e" begin with the journal's magic.
    internal void Write(string open, params (uint[] Blocks, uint[] Revoked, bool IsCommitted)[] transactions)
    {
        List<string> commands = [open];
        for (int index = 0; index < transactions.Length; index++)
        {
            (uint[] blocks, uint[] revoked, bool isCommitted) = transactions[index];
            string data = System.IO.Path.Combine(_directory, $"data{index}");
            byte[] bytes = new byte[blocks.Length * BlockSize];
            for (int block = 0; block < blocks.Length; block++)
            {
                Span<byte> piece = bytes.AsSpan(block * BlockSize, BlockSize);
                piece.Fill((byte)((blocks[block] + (uint)index) & 0xFF));
                if (blocks[block] % 2 == 0)
                {
                    Disk.Overlay<BeUInt32>(piece) = JournalBlockHeaderDisk.ExpectedMagic;
                }
            }

            File.WriteAllBytes(data, bytes);
            string blockText = blocks.Length > 0 ? $"-b {string.Join(',', blocks)} {data}" : string.Empty;
            string revokeText = revoked.Length > 0 ? $"-r {string.Join(',', revoked)} " : string.Empty;
            commands.Add($"jw {(isCommitted ? "" : "-c ")}{revokeText}{blockText}");
        }

        commands.Add("jc");
        Tool.Debugfs(Path, [.. commands]);
    }

    internal JournalLocation Locate(MemoryDevice device) => new(device, BlockSize,
        [.. Blocks.Select(static (block, index) => new JournalExtent((uint)index, block, 1))]);

    internal MemoryDevice Load() => MemoryDevice.Of(File.ReadAllBytes(Path));

    internal void Store(MemoryDevice device)
    {
        byte[] bytes = new byte[ImageBytes];
        device.Read(0, bytes);
        File.WriteAllBytes(Path, bytes);
    }

    internal byte[] ReadSuper(MemoryDevice device)
    {
        byte[] bytes = new byte[BlockSize];
        device.Read((long)Blocks[0] * BlockSize, bytes);
        return bytes;
    }

    // The block contents that the tools' own replay leaves, journal and superblock left out.
    internal byte[] ReplayByTool()
    {
        Tool.Debugfs(Path, "jr");
        return Comparable(File.ReadAllBytes(Path));
    }

    internal byte[] Comparable(byte[] image)
    {
        image.AsSpan(BlockSize, BlockSize).Clear();
        foreach (uint block in Blocks)
        {
            image.AsSpan((int)block * BlockSize, BlockSize).Clear();
        }

        return image;
    }
}
