// Goal: tables made by the real partitioning tool are read as it prints them; damaged ones are
// refused or read from the backup; hostile chains end.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.IO;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Block.Partitions;

namespace Faultline.Block.Tests;

public sealed class PartitionTableTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("faultline-part").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private string Make(string script)
    {
        string path = Path.Combine(_directory, "disk");
        using (FileStream stream = new(path, FileMode.Create))
        {
            stream.SetLength(64 << 20);
        }

        ProcessStartInfo start = new("sfdisk", ["--quiet", "--no-tell-kernel", path])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return path;
    }

    [Fact]
    public void Gpt_IsReadAndItsBackupServesWhenThePrimaryIsDamaged()
    {
        string path = Make("label: gpt\nstart=2048,size=4096,name=boot\nstart=8192,size=10240,name=\"rööt\"\n");
        using FileDevice device = FileDevice.Open(path, FileAccess.ReadWrite);
        PartitionTable table = PartitionTable.Read(device);
        Assert.Equal(PartitionTableKind.Gpt, table.Kind);
        Assert.False(table.IsFromBackup);
        Assert.Equal([(1, 2048L * 512, 4096L * 512, "boot"), (2, 8192L * 512, 10240L * 512, "rööt")], Rows(table));

        device.Write(512 + 0x30, [0xFF]);
        PartitionTable backup = PartitionTable.Read(device);
        Assert.True(backup.IsFromBackup);
        Assert.Equal(Rows(table), Rows(backup));

        device.Write(device.SizeBytes - 512 + 0x30, [0xFF]);
        Assert.Same(
            BlockReasons.GptHeader, Assert.Throws<FsException>(() => PartitionTable.Read(device)).Error.Reason);
    }

    [Fact]
    public void GptEntryBeyondTheDevice_IsRefused()
    {
        byte[] bytes = File.ReadAllBytes(Make("label: gpt\nstart=2048,size=4096\n"));
        ref GptHeaderDisk header = ref Disk.Overlay<GptHeaderDisk>(bytes, 512);
        Disk.Overlay<GptEntryDisk>(bytes, 1024).LastSector = ulong.MaxValue;
        header.EntryCrc = Crc32.Of(bytes.AsSpan(1024, 128 * 128));
        header.HeaderCrc = 0;
        header.HeaderCrc = Crc32.Of(bytes.AsSpan(512, 92));
        Assert.Same(
            BlockReasons.GptEntries,
            Assert.Throws<FsException>(() => PartitionTable.Read(MemoryDevice.Of(bytes))).Error.Reason);
    }

    [Fact]
    public void Mbr_WithLogicalPartitions_IsRead()
    {
        string path = Make(
            "label: dos\nstart=2048,size=2048,type=83\nstart=4096,size=40960,type=5\n"
            + "start=6144,size=2048,type=83\nstart=10240,size=4096,type=82\n");
        using FileDevice device = FileDevice.Open(path);
        PartitionTable table = PartitionTable.Read(device);
        Assert.Equal(PartitionTableKind.Mbr, table.Kind);
        Assert.Equal(
            [(1, 2048L * 512, 2048L * 512), (2, 4096L * 512, 40960L * 512), (5, 6144L * 512, 2048L * 512),
                (6, 10240L * 512, 4096L * 512)],
            table.Partitions.Select(static p => (p.Number, p.StartBytes, p.SizeBytes)));
    }

    [Fact]
    public void ExtendedChainThatLoops_Ends()
    {
        byte[] bytes = new byte[1 << 20];
        WriteRecord(bytes, 0, 0, 5, 100, 1000);
        WriteRecord(bytes, 100, 1, 5, 1, 1000);
        WriteRecord(bytes, 101, 1, 5, 1, 1000);
        Assert.Same(
            BlockReasons.PartitionLoop,
            PartitionTable.Read(MemoryDevice.Of(bytes)).Problem!.Value.Reason);
        bytes[(101 * 512) + 510] = 0;
        Assert.Same(
            BlockReasons.PartitionSignature,
            PartitionTable.Read(MemoryDevice.Of(bytes)).Problem!.Value.Reason);
    }

    [Fact]
    public void NoTable_IsKindNone()
    {
        Assert.Equal(PartitionTableKind.None, PartitionTable.Read(new MemoryDevice(1 << 20)).Kind);
        Assert.Equal(PartitionTableKind.None, PartitionTable.Read(new MemoryDevice(10)).Kind);
    }

    private static List<(int, long, long, string)> Rows(PartitionTable table) =>
        [.. table.Partitions.Select(static p => (p.Number, p.StartBytes, p.SizeBytes, p.Name))];

    private static void WriteRecord(byte[] disk, int sector, int index, byte type, uint start, uint count)
    {
        Span<byte> bytes = disk.AsSpan(sector * 512, 512);
        ref MbrEntryDisk entry = ref Disk.Overlay<MbrEntryDisk>(bytes, MbrEntryDisk.TableOffset + (index * 16));
        entry.Type = type;
        entry.StartSector = start;
        entry.SectorCount = count;
        Disk.Overlay<LeUInt16>(bytes, MbrEntryDisk.SignatureOffset) = MbrEntryDisk.Signature;
    }
}
