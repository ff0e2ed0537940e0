// The intact images, made once a run by the real tools: small, and between them every kind of structure.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Faultline.Ext.Tests;

namespace Faultline.Fuzz;

/// <summary>All intact images.</summary>
public sealed class BaseImages : IDisposable
{
    private const int SectorBytes = 512;
    private const int PartitionSector = 64;

    // Extents and blocks far apart, names enough for hash trees of one and two levels, links of either kind.
    private const string Tree = """
        mkdir -p plain deep/er/est small tree tall; echo hello > plain/file; echo one > small/a; : > empty
        head -c 300000 /dev/urandom > dense
        for i in $(seq 0 3 720); do printf x | dd of=holes bs=1 seek=$((i * 1024)) conv=notrunc status=none; done
        truncate -s 70M far; printf x | dd of=far bs=1 seek=70000000 conv=notrunc status=none
        for i in $(seq 1 40); do : > tree/a-name-that-is-rather-long-$i; done
        n=$(printf 'n%.0s' $(seq 1 240)); : > base-of-links
        for i in $(seq 1 420); do ln base-of-links tall/$n-$i; done
        ln -s plain/file link; ln -s $(printf 'yy/%.0s' $(seq 1 100)) long-link; mkfifo fifo
        setfattr -n user.small -v value plain/file; setfattr -n user.block -v $(printf 'v%.0s' $(seq 1 500)) dense
        setfattr -n user.one -v 1 empty; setfattr -n user.two -v 22 plain; setfattr -n user.three -v 333 empty
        """;

    private const string SmallTree = """
        mkdir -p d e; echo hello > d/file; head -c 40000 /dev/urandom > data; ln -s d/file link
        ln -s $(printf 'yy/%.0s' $(seq 1 60)) long-link; for i in $(seq 1 30); do echo $i > e/name-$i; done
        setfattr -n user.small -v value d/file; setfattr -n user.block -v $(printf 'v%.0s' $(seq 1 500)) data
        """;

    private const string KernelChanges = """
        echo one > first; mkdir d; for i in $(seq 1 60); do echo $i > d/name-$i; done; xfs_io -c syncfs .
        ln first d/linked; mv d/name-7 seven; rm d/name-8; ln -s target link; rm -r d; xfs_io -c fsync first
        mkdir e; echo x > e/y; xfs_io -c fsync e/y
        """;

    private const string FastChanges = """
        echo base > base; mkdir dir; xfs_io -c syncfs .
        head -c 10000 /dev/urandom > new; xfs_io -c fsync new
        ln base dir/linked; xfs_io -c fsync base; mv new dir/renamed; xfs_io -c fsync dir/renamed
        truncate -s 5000 dir/renamed; xfs_io -c fsync dir/renamed; rm dir/linked; xfs_io -c fsync base
        for i in $(seq 1 20); do echo $i > dir/file-$i; done; xfs_io -c fsync dir/file-20
        """;

    private const string Uuid = "01234567-89ab-cdef-0123-456789abcdef";

    // What the tools would choose at random, so that a mutant's name means much the same in every run.
    private static readonly string[] s_identity = ["-U", Uuid, "-E", $"hash_seed={Uuid}"];

    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-fuzz").FullName;

    public BaseImages()
    {
        string tree = MakeTree("tree", Tree);
        string small = MakeTree("small", SmallTree);
        BaseImage plain = Make("ext2", 6, tree, "-t ext2 -b 1024 -g 2048 -I 128");
        All =
        [
            plain,
            Make("crc16", 6, tree, "-t ext4 -b 1024 -O ^metadata_csum,uninit_bg,^has_journal,^64bit"),
            Make("crc32c", 6, tree, "-t ext4 -b 1024 -g 2048 -O metadata_csum,64bit,^has_journal"),
            Make("inline", 6, small,
                "-t ext4 -b 1024 -O metadata_csum,inline_data,ea_inode,^has_journal", Attributes),
            Make("bigalloc", 8, small, "-t ext4 -b 1024 -O metadata_csum,bigalloc,^has_journal -C 16384"),
            Make("meta-bg", 4, small, "-t ext4 -b 1024 -g 256 -O metadata_csum,meta_bg,^resize_inode,^has_journal"),
            Make("casefold", 4, small, "-t ext4 -b 1024 -O metadata_csum,casefold,large_dir,^has_journal"),
            Make("guarded", 6, small,
                "-t ext4 -b 1024 -O metadata_csum,mmp,orphan_file,quota,project -J size=1", Orphans),
            Make("large", 8, small, "-t ext4 -b 4096 -O ^metadata_csum,inline_data,^has_journal"),
            Make("huge", 16, small, "-t ext4 -b 65536 -O metadata_csum,^has_journal"),
            MakeLog("log-none", "^metadata_csum,^64bit", "jo"),
            MakeLog("log-v2", "metadata_csum,^64bit", "jo -c -v 2"),
            MakeLog("log-v3", "metadata_csum,64bit", "jo -c -v 3"),
            MakeDirty("dirty-v1", 8,
                "-t ext4 -b 1024 -O ^metadata_csum -J size=1", "rw,journal_checksum", KernelChanges),
            MakeDirty("dirty-v3", 8, "-t ext4 -b 1024 -J size=1", "rw", KernelChanges),
            MakeDirty("fast", 12, "-t ext4 -b 1024 -O fast_commit -J size=4", "rw", FastChanges),
            MakeBootRecord(plain.Bytes),
            MakeGuidTable(plain.Bytes),
        ];
    }

    /// <summary>The images, by no order.</summary>
    internal IReadOnlyList<BaseImage> All { get; }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string MakeTree(string name, string script)
    {
        string path = Path.Combine(_folder, name);
        Directory.CreateDirectory(path);
        Tool.Run("bash", "-euc", $"cd '{path}'; {script}");
        return path;
    }

    private BaseImage Make(
        string name, int megabytes, string tree, string arguments, Action<ExtImage>? change = null)
    {
        using ExtImage image = new(megabytes << 20, [.. arguments.Split(' '), .. s_identity, "-N", "256", "-d", tree]);
        // Hash trees are made by rebuilding directories. Exit code 1 says that it did.
        Tool.Run("bash", "-c", $"e2fsck -fyD '{image.Path}' > '{_folder}/fsck.log' 2>&1; test $? -le 1");
        change?.Invoke(image);
        return StructureMap.Of(name, File.ReadAllBytes(image.Path));
    }

    private void Attributes(ExtImage image)
    {
        string value = Path.Combine(_folder, "value");
        File.WriteAllText(value, new string('w', 9000));
        image.Change($"ea_set -f {value} /data user.large", $"ea_set -f {value} /d user.large");
    }

    private static void Orphans(ExtImage image) => image.Change("ssv last_orphan 13");

    private BaseImage MakeLog(string name, string features, string open)
    {
        using ExtImage image = new(
            4 << 20, "-t", "ext4", "-b", "1024", "-N", "64", "-O", features, "-J", "size=1", "-U", Uuid);
        List<string> commands = [open];
        uint[][] transactions = [[3001, 3002, 3003, 3004], [3002, 3005], [3004, 3006], [3007]];
        for (int index = 0; index < transactions.Length; index++)
        {
            string data = Path.Combine(_folder, $"data{index}");
            byte[] bytes = new byte[1024 * transactions[index].Length];
            bytes.AsSpan().Fill((byte)index);
            // A block that begins with the journal's magic is escaped in the log.
            BinaryPrimitives.WriteUInt32BigEndian(bytes, 0xC03B_3998);
            File.WriteAllBytes(data, bytes);
            commands.Add($"jw -b {string.Join(',', transactions[index])} {data}");
            commands.Add($"jw -r {3001 + index},{3005 + index}");
        }

        image.Change([.. commands, "jc"]);
        return StructureMap.Of(name, File.ReadAllBytes(image.Path));
    }

    private static BaseImage MakeDirty(string name, int megabytes, string arguments, string options, string script)
    {
        using ExtImage image = new(megabytes << 20, [.. arguments.Split(' '), .. s_identity, "-N", "256"]);
        using (KernelMount mount = new(image.Path, options))
        {
            mount.Shell(script);
            mount.ShutDown();
        }

        return StructureMap.Of(name, File.ReadAllBytes(image.Path));
    }

    // A primary partition, and an extended one with two logical partitions: the chain is a structure, too. The volume
    // lies in the first one.
    private static BaseImage MakeBootRecord(byte[] volume)
    {
        byte[] bytes = new byte[(PartitionSector * SectorBytes) + volume.Length];
        volume.CopyTo(bytes, PartitionSector * SectorBytes);
        PutEntry(bytes, 0, 0, 0x83, PartitionSector, volume.Length / SectorBytes);
        PutEntry(bytes, 0, 1, 0x05, 2, 40);
        PutEntry(bytes, 2, 0, 0x83, 4, 8);
        PutEntry(bytes, 2, 1, 0x05, 10, 20);
        PutEntry(bytes, 12, 0, 0x83, 4, 8);
        Structure[] records = [.. new[] { 0, 2, 12 }.Select(static sector => new Structure(
            StructureKind.MasterBootRecord,
            (sector * SectorBytes) + 446,
            66,
            new Checksum(ChecksumRule.None, sector * SectorBytes, SectorBytes)))];
        return new BaseImage("mbr", bytes, SectorBytes, 256, records);
    }

    private static void PutEntry(byte[] bytes, int sector, int index, byte type, int start, int count)
    {
        Span<byte> record = bytes.AsSpan(sector * SectorBytes, SectorBytes);
        record[510] = 0x55;
        record[511] = 0xAA;
        Span<byte> entry = record.Slice(446 + (16 * index));
        entry[4] = type;
        BinaryPrimitives.WriteInt32LittleEndian(entry.Slice(8), start);
        BinaryPrimitives.WriteInt32LittleEndian(entry.Slice(12), count);
    }

    private BaseImage MakeGuidTable(byte[] volume)
    {
        const int AfterSectors = 64;
        string path = Path.Combine(_folder, "gpt");
        byte[] bytes = new byte[(PartitionSector * SectorBytes) + volume.Length + (AfterSectors * SectorBytes)];
        File.WriteAllBytes(path, bytes);
        string count = (volume.Length / SectorBytes).ToString(CultureInfo.InvariantCulture);
        Tool.Run("bash", "-c",
            $"printf 'label: gpt\nfirst-lba: 64\nstart={PartitionSector}, size={count}\n' | sfdisk -q '{path}'");
        bytes = File.ReadAllBytes(path);
        volume.CopyTo(bytes, PartitionSector * SectorBytes);
        Checksum primary = new(ChecksumRule.GuidPartitionTable, SectorBytes, SectorBytes);
        Checksum backup = new(ChecksumRule.GuidPartitionTable, bytes.Length - SectorBytes, SectorBytes);
        Checksum none = new(ChecksumRule.None, 0, SectorBytes);
        return new BaseImage("gpt", bytes, SectorBytes, 256,
        [
            new Structure(StructureKind.GuidPartitionTable, 446, 66, none),
            new Structure(StructureKind.GuidPartitionTable, SectorBytes, 96, primary),
            new Structure(StructureKind.GuidPartitionTable, 2 * SectorBytes, 256, primary),
            new Structure(StructureKind.GuidPartitionTable, bytes.Length - SectorBytes, 96, backup),
        ]);
    }
}
