// A real ext4 image with a journal and one file, whose blocks stand for metadata: our log changes them, the tools
// recover them. A block holds a number at byte 8; every third block begins with the journal's magic.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Faultline.Base;
using Faultline.Block;
using Faultline.Block.Buffers;
using Faultline.Block.Devices;
using Faultline.Jbd2.Format;
using Faultline.Jbd2.Transactions;

namespace Faultline.Jbd2.Tests;

internal sealed class LogImage : IDisposable
{
    internal const int TargetCount = 600;

    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-log").FullName;
    private readonly List<uint> _journal;

    internal LogImage(string features, int blockSize = 1024, int journalMiB = 1, params string[] prepare)
        : this(features, blockSize, $"size={journalMiB}", null, prepare)
    {
    }

    private LogImage(string features, int blockSize, string journal, string? journalPath, string[] prepare)
    {
        BlockSize = blockSize;
        JournalPath = journalPath;
        Path = System.IO.Path.Combine(_directory, "image");
        string data = System.IO.Path.Combine(_directory, "data");
        using (FileStream stream = new(Path, FileMode.Create))
        {
            stream.SetLength(blockSize * 8192L);
        }

        byte[] contents = new byte[TargetCount * blockSize];
        contents.AsSpan().Fill(0x5A);
        File.WriteAllBytes(data, contents);
        Tool.Run("mke2fs", "-q", "-t", "ext4", "-O", features, "-b", Text(blockSize), "-J", journal,
            "-U", "01234567-89ab-cdef-0123-456789abcdef", Path);
        if (prepare.Length > 0)
        {
            Tool.Debugfs(Path, prepare);
        }

        Tool.Debugfs(Path, $"write {data} target", "feature needs_recovery");
        _journal = journalPath is null ? Numbers("blocks <8>") : [];
        Targets = Numbers("blocks target");
        Assert.Equal(TargetCount, Targets.Count);
        Initial = File.ReadAllBytes(Path);
    }

    // With the journal on a device of its own; mke2fs wants a real one.
    internal static LogImage WithExternalJournal(string features, int blockSize, string journalPath)
    {
        using (FileStream stream = new(journalPath, FileMode.Create))
        {
            stream.SetLength(blockSize * 2048L);
        }

        Tool.Run("mke2fs", "-q", "-O", "journal_dev", "-b", Text(blockSize), journalPath);
        string device = Tool.Run("losetup", "--find", "--show", journalPath).Trim();
        try
        {
            return new LogImage(features, blockSize, $"device={device}", journalPath, []);
        }
        finally
        {
            Tool.Run("losetup", "--detach", device);
        }
    }

    internal string? JournalPath { get; }

    internal string Path { get; }

    internal int BlockSize { get; }

    internal List<uint> Targets { get; }

    internal IReadOnlyList<uint> Journal => _journal;

    private string[] JournalArguments => JournalPath is null ? [] : ["-j", JournalPath];

    internal byte[] Initial { get; }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    internal JournalLocation Locate(IBlockDevice device) => new(device, BlockSize,
        [.. _journal.Select(static (block, index) => new JournalExtent((uint)index, block, 1))]);

    internal void PatchSuper(Action<byte[]> patch)
    {
        byte[] bytes = Initial.AsSpan((int)_journal[0] * BlockSize, 1024).ToArray();
        patch(bytes);
        bytes.CopyTo(Initial, _journal[0] * BlockSize);
    }

    internal void Set(MetadataHandle handle, BufferCache buffers, int target, ulong value)
    {
        MetadataBuffer buffer = buffers.Read(new BlockNumber(Targets[target]), LogVolume.Plain, default);
        Fill(handle.Change(buffer), target, value);
    }

    internal void Make(MetadataHandle handle, int target, ulong value)
    {
        MetadataBuffer buffer = handle.Create(new BlockNumber(Targets[target]), LogVolume.Plain, default);
        Fill(handle.Change(buffer), target, value);
    }

    // The numbers in the file's blocks; 0 for one that was never written.
    internal ulong[] Values(IBlockDevice device)
    {
        ulong[] values = new ulong[TargetCount];
        byte[] block = new byte[BlockSize];
        for (int target = 0; target < TargetCount; target++)
        {
            device.Read((long)Targets[target] * BlockSize, block);
            ulong value = Disk.View<LeUInt64>(block, 8);
            if (value == 0x5A5A_5A5A_5A5A_5A5A)
            {
                continue;
            }

            byte[] expected = new byte[BlockSize];
            Fill(expected, target, value);
            Assert.Equal(expected, block);
            values[target] = value;
        }

        return values;
    }

    // What e2fsck leaves of an image that was cut off.
    internal MemoryDevice RecoverByTool(MemoryDevice device)
    {
        Store(device);
        using System.Diagnostics.Process check =
            System.Diagnostics.Process.Start("timeout", ["60", "e2fsck", "-fy", .. JournalArguments, Path]);
        check.WaitForExit();
        Assert.True(check.ExitCode is 0 or 1, $"e2fsck -fy: {check.ExitCode}");
        _ = Tool.Run("e2fsck", ["-fn", .. JournalArguments, Path]);
        return MemoryDevice.Of(File.ReadAllBytes(Path));
    }

    internal MemoryDevice RecoverByKernel(MemoryDevice device)
    {
        Store(device);
        string mountPoint = System.IO.Path.Combine(_directory, "mnt");
        Directory.CreateDirectory(mountPoint);
        Tool.Run("mount", "-t", "ext4", "-o", "loop", Path, mountPoint);
        Tool.Unmount(mountPoint);
        _ = Tool.Run("e2fsck", "-fn", Path);
        return MemoryDevice.Of(File.ReadAllBytes(Path));
    }

    internal string Dump(MemoryDevice device)
    {
        Store(device);
        return Tool.Run("debugfs", "-R", "logdump -a", Path);
    }

    internal void Store(MemoryDevice device)
    {
        byte[] bytes = new byte[Initial.Length];
        device.Read(0, bytes);
        File.WriteAllBytes(Path, bytes);
    }

    internal static void Fill(Span<byte> block, int target, ulong value)
    {
        block.Fill((byte)(value & 0x7F));
        block.Slice(0, 16).Clear();
        Disk.Overlay<LeUInt64>(block, 8) = value;
        if (target % 3 == 0)
        {
            Disk.Overlay<BeUInt32>(block) = JournalBlockHeaderDisk.ExpectedMagic;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private List<uint> Numbers(string command) => [.. Tool.Run("debugfs", "-R", command, Path)
        .Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(static text => uint.Parse(text, CultureInfo.InvariantCulture))];
}
