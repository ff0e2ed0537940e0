// A volume of regular files in one directory, on a block device: the smallest driver that exercises writeback, delayed
// allocation, ends of I/O, and crashes, with real device I/O.
//
//   block 0..m      two copies of the metadata, written in turn, each with a sequence number and a checksum
//   the rest        data
//
// A commit flushes the device, writes all metadata to the older copy, flushes again, and then lets blocks be
// reused that were
// freed before it began. A crash finds the newer copy that is whole. What was not committed is lost, and what
// was is whole.
//
// Locks: _commit (rank 418) orders commits; inside it each file's block map is read. _names (rank 510) guards
// the tables.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Text;
using Faultline.Base;
using Faultline.Block;
using Faultline.Iomap.Space;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.PlainDriver;

/// <summary>A flat volume on a block device.</summary>
public sealed class PlainVolume : SuperBlock
{
    private const uint Magic = 0x4E49_4C50;
    private const int HeaderBytes = 24;

    private readonly SpinLatch _names = new(LockClasses.InodeHash.For("plain"));
    private readonly FairMutex _commit = new(LockClasses.JournalBarrier.For("plain"));
    private readonly Dictionary<ulong, PlainInode> _inodes = []; // guarded by _names
    private readonly SortedDictionary<string, ulong> _entries = new(StringComparer.Ordinal); // guarded by _names
    private readonly long _slotBytes;
    private long _sequence; // guarded by _commit
    private ulong _nextInode = 3; // guarded by _names

    private PlainVolume(MountContext context, int blockSizeBytes)
        : base("plain", context, canWrite: true)
    {
        BlockSizeBytes = blockSizeBytes;
        _slotBytes = SlotBytes(context.Device, blockSizeBytes);
        Space = new PlainSpace(2 * _slotBytes / blockSizeBytes, context.Device.SizeBytes / blockSizeBytes);
    }

    /// <inheritdoc/>
    public override InodeNumber RootNumber => new(2);

    /// <inheritdoc/>
    public override int BlockSizeBytes { get; }

    /// <inheritdoc/>
    public override int NameLengthMax => 255;

    /// <inheritdoc/>
    public override VolumeIdentity Identity => new("plain", "", Uuid.Nil, (ulong)Device.SizeBytes);

    internal PlainSpace Space { get; }

    /// <summary>Makes an empty volume and mounts it.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pool">Memory.</param>
    /// <param name="blockSizeBytes">512 to 4096.</param>
    /// <param name="options">Mount options; read-write when null.</param>
    /// <returns>The volume.</returns>
    public static PlainVolume Format(
        IBlockDevice device, FolioPool pool, int blockSizeBytes = 4096, MountOptions? options = null)
    {
        long slot = SlotBytes(device, blockSizeBytes);
        device.WriteZeroes(0, 2 * slot);
        PlainVolume volume = Make(device, pool, blockSizeBytes, options);
        volume.Commit().ThrowIfError();
        return volume;
    }

    /// <summary>Mounts a volume, as after a crash.</summary>
    /// <param name="device">The device.</param>
    /// <param name="pool">Memory.</param>
    /// <param name="blockSizeBytes">As it was formatted.</param>
    /// <param name="options">Mount options; read-write when null.</param>
    /// <returns>The volume.</returns>
    public static PlainVolume Mount(
        IBlockDevice device, FolioPool pool, int blockSizeBytes = 4096, MountOptions? options = null)
    {
        PlainVolume volume = Make(device, pool, blockSizeBytes, options);
        volume.Load();
        return volume;
    }

    /// <summary>Makes an empty regular file.</summary>
    /// <param name="name">Its name in the root.</param>
    /// <returns>Its inode, with a reference.</returns>
    public Inode AddFile(string name)
    {
        using SpinGuard guard = _names.Acquire();
        InodeNumber number = new(_nextInode);
        _nextInode++;
        PlainInode inode = new(this, number, PlainInode.NewFile(Now, 0x1A4), [], 0);
        Check.That(inode.TryGet());
        _inodes.Add(number.Value, inode);
        _entries.Add(name, number.Value);
        return inode;
    }

    /// <summary>The file with a name.</summary>
    /// <param name="name">A name in the root.</param>
    /// <returns>Its inode, with a reference, or null.</returns>
    public Inode? FindFile(string name)
    {
        using SpinGuard guard = _names.Acquire();
        if (!_entries.TryGetValue(name, out ulong number))
        {
            return null;
        }

        PlainInode inode = _inodes[number];
        Check.That(inode.TryGet());
        return inode;
    }

    /// <summary>Removes a file and gives its blocks back.</summary>
    /// <param name="name">Its name; nobody uses it any more.</param>
    /// <param name="file">Its inode, with the caller's reference, which is used up.</param>
    /// <returns>Success.</returns>
    public Result RemoveFile(string name, Inode file)
    {
        Result emptied;
        using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
        {
            emptied = Truncate.Run(file, 0);
        }

        // Also what lies beyond the end.
        using (ExclusiveGuard guard = file.Lock.AcquireExclusive())
        {
            using InvalidateGuard invalidate = file.Mapping.InvalidateLock.Acquire(
                InvalidateMode.Invalidate, 0, long.MaxValue);
            _ = file.Writer.RemoveRange(0, long.MaxValue);
        }

        file.Mapping.Close();
        file.Put();
        using SpinGuard names = _names.Acquire();
        _ = _entries.Remove(name);
        _ = _inodes.Remove(file.Number.Value);
        return emptied;
    }

    /// <summary>Writes all dirty data, then all metadata.</summary>
    /// <returns>Success, or the first error.</returns>
    public Result SyncAll()
    {
        Result data = Writeback.Sync();
        Result metadata = Commit();
        return data.IsOk ? metadata : data;
    }

    /// <summary>Share of the data blocks that are used, reserved or waiting for a commit, 0 to 1.</summary>
    public double Fullness => 1.0 - ((double)Space.Available / Space.Blocks);

    /// <summary>Makes everything that is complete durable: flushes data, writes metadata, flushes.</summary>
    /// <returns>Success.</returns>
    /// <errors>ENOSPC the metadata area is full; EIO and the like throw.</errors>
    public Result Commit()
    {
        using MutexGuard guard = _commit.Acquire();
        List<long> quarantine = Space.TakeQuarantine();
        bool isDurable = false;
        try
        {
            byte[] metadata = Serialize();
            if (metadata.Length > _slotBytes)
            {
                return PlainReasons.MetadataFull;
            }

            Device.Flush();
            Device.Write((_sequence & 1) * _slotBytes, metadata);
            Device.Flush();
            isDurable = true;
            _sequence++;
        }
        finally
        {
            if (isDurable)
            {
                Space.ReleaseQuarantine(quarantine);
            }
            else
            {
                Space.ReturnQuarantine(quarantine);
            }
        }

        return Result.Ok;
    }

    /// <summary>Makes what was freed reusable, and the next to be used.</summary>
    public void ReuseFreed()
    {
        Commit().ThrowIfError();
        Space.Rewind();
    }

    /// <summary>Looks for blocks that two files own, or that are counted wrongly.</summary>
    /// <returns>What is wrong, one line each.</returns>
    public IReadOnlyList<string> CheckMaps()
    {
        List<string> findings = [];
        Dictionary<long, int> seen = [];
        foreach (PlainInode inode in AllInodes())
        {
            foreach (PlainExtent run in inode.Map.Snapshot().Extents)
            {
                for (long block = run.Disk; block < run.Disk + run.Count; block++)
                {
                    seen[block] = seen.GetValueOrDefault(block) + 1;
                }
            }
        }

        foreach ((long block, int count) in seen)
        {
            if (count > 1 && !Space.IsShared(block))
            {
                findings.Add($"block {block} is in {count} places");
            }
        }

        if (Writeback.DirtyBytes == 0 && Space.Reserved > 0)
        {
            findings.Add($"{Space.Reserved} blocks are reserved, and nothing is dirty");
        }

        if (Space.Used < seen.Count)
        {
            findings.Add($"{seen.Count} blocks in maps, {Space.Used} in use");
        }

        return findings;
    }

    /// <inheritdoc/>
    public override StatFs StatFs()
    {
        ulong free = (ulong)Space.Available;
        return new StatFs(BlockSizeBytes, (ulong)Space.Blocks, free, free, 1 << 20, 1 << 20, NameLengthMax, Uuid.Nil);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReportSection> Report() => [];

    /// <summary>No block is free: a commit makes reusable what was freed.</summary>
    internal bool TryFreeSpace() => Space.HasQuarantine && Commit().IsOk && Space.Available > 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (PlainInode inode in AllInodes())
        {
            inode.Mapping.Close();
        }

        base.Dispose(disposing);
    }

    /// <inheritdoc/>
    protected override Result<Inode> ReadInode(InodeNumber number)
    {
        using SpinGuard guard = _names.Acquire();
        return _inodes.TryGetValue(number.Value, out PlainInode? inode) ? inode : PlainReasons.NoInode.At(number);
    }

    private static PlainVolume Make(
        IBlockDevice device, FolioPool pool, int blockSizeBytes, MountOptions? options) => new(
            new MountContext(device, pool, options ?? new MountOptions { ReadOnly = false }, SystemClock.Instance),
            blockSizeBytes);

    private static long SlotBytes(IBlockDevice device, int blockSizeBytes) =>
        Bits.AlignUp(Math.Max(device.SizeBytes / 64, 64 << 10), blockSizeBytes);

    private List<PlainInode> AllInodes()
    {
        using SpinGuard guard = _names.Acquire();
        return [.. _inodes.Values];
    }

    // The names first: a file that is created later is simply not in this commit.
    private byte[] Serialize()
    {
        List<byte> body = [];
        List<KeyValuePair<string, ulong>> entries;
        using (SpinGuard guard = _names.Acquire())
        {
            entries = [.. _entries];
        }

        foreach ((string name, ulong number) in entries)
        {
            PlainInode inode;
            using (SpinGuard guard = _names.Acquire())
            {
                inode = _inodes[number];
            }

            (long size, List<PlainExtent> extents) = inode.Map.Snapshot();
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            Put(body, (ulong)bytes.Length);
            body.AddRange(bytes);
            Put(body, number);
            Put(body, (ulong)size);
            Put(body, (ulong)extents.Count);
            foreach (PlainExtent run in extents)
            {
                Put(body, (ulong)run.First);
                Put(body, (ulong)run.Count);
                Put(body, (ulong)run.Disk);
                Put(body, run.State == PlainState.Unwritten ? 1UL : 0UL);
            }
        }

        byte[] all = new byte[HeaderBytes + body.Count];
        BinaryPrimitives.WriteUInt32LittleEndian(all, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(all.AsSpan(8), _sequence);
        BinaryPrimitives.WriteInt32LittleEndian(all.AsSpan(16), body.Count);
        body.CopyTo(all, HeaderBytes);
        uint checksum = ChecksumOf(all);
        BinaryPrimitives.WriteUInt32LittleEndian(all.AsSpan(4), checksum);
        return all;
    }

    private static uint ChecksumOf(byte[] all) =>
        Crc32c.Update(uint.MaxValue, all.AsSpan(8, 12)) ^ Crc32c.Update(uint.MaxValue, all.AsSpan(HeaderBytes));

    private static void Put(List<byte> body, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        body.AddRange(bytes);
    }

    private void Load()
    {
        byte[]? best = null;
        for (int slot = 0; slot < 2; slot++)
        {
            byte[]? read = ReadSlot(slot);
            long sequence = read is null ? -1 : BinaryPrimitives.ReadInt64LittleEndian(read.AsSpan(8));
            if (read is not null && sequence >= _sequence)
            {
                best = read;
                _sequence = sequence + 1;
            }
        }

        if (best is null)
        {
            throw new FsException(PlainReasons.NoMetadata);
        }

        Parse(best);
    }

    private byte[]? ReadSlot(int slot)
    {
        byte[] header = new byte[HeaderBytes];
        Device.Read(slot * _slotBytes, header);
        int length = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16));
        bool isPlausible = BinaryPrimitives.ReadUInt32LittleEndian(header) == Magic
            && length >= 0
            && length <= _slotBytes - HeaderBytes;
        if (!isPlausible)
        {
            return null;
        }

        byte[] all = new byte[HeaderBytes + length];
        Device.Read(slot * _slotBytes, all);
        uint checksum = ChecksumOf(all);
        return checksum == BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(4)) ? all : null;
    }

    private void Parse(byte[] all)
    {
        int at = HeaderBytes;
        while (at < all.Length)
        {
            int nameLength = (int)Take(all, ref at);
            string name = Encoding.UTF8.GetString(all, at, nameLength);
            at += nameLength;
            InodeNumber number = new(Take(all, ref at));
            long size = (long)Take(all, ref at);
            int count = (int)Take(all, ref at);
            List<PlainExtent> extents = [];
            for (int index = 0; index < count; index++)
            {
                PlainExtent run = new(
                    (long)Take(all, ref at),
                    (long)Take(all, ref at),
                    (long)Take(all, ref at),
                    Take(all, ref at) == 1 ? PlainState.Unwritten : PlainState.Mapped);
                if (!Space.TryClaim(run.Disk, run.Count))
                {
                    throw new FsException(PlainReasons.BadExtent.At(number));
                }

                extents.Add(run);
            }

            _inodes[number.Value] = new PlainInode(
                this, number, PlainInode.NewFile(Now, 0x1A4) with { SizeBytes = size }, extents, size);
            _entries[name] = number.Value;
            _nextInode = Math.Max(_nextInode, number.Value + 1);
        }
    }

    private static ulong Take(byte[] all, ref int at)
    {
        ulong value = BinaryPrimitives.ReadUInt64LittleEndian(all.AsSpan(at));
        at += 8;
        return value;
    }
}
