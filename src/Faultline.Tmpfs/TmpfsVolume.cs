// A volume in memory. Everything lives in the inode cache: an inode leaves with its last name and its last
// reference.
//
// Invariants: _usedPages is the sum of what the files charged, _usedInodes the number of inodes; neither exceeds its
// limit, but for a limit of 0, which is none.
// Locks: none of its own; the totals are interlocked.

using System;
using System.Collections.Generic;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.PageCache;
using Faultline.Tmpfs.Inodes;
using Faultline.Vfs;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Tmpfs;

/// <summary>A volume in memory.</summary>
/// <source>tmpfs(5)</source>
public sealed class TmpfsVolume : SuperBlock
{
    /// <summary>Longest name, in bytes.</summary>
    public const int NameBytesMax = 255;

    private const uint DefaultRootMode = 0x3FF; // 01777
    private const ulong RootInode = 1;

    private long _pagesMax; // 0: no limit; replaced under Umount exclusive
    private long _inodesMax; // 0: no limit; replaced under Umount exclusive
    private long _usedPages; // interlocked
    private long _usedInodes; // interlocked
    private long _lastInode; // interlocked

    /// <summary>Makes an empty volume.</summary>
    /// <param name="context">Options and pool; the device is not used.</param>
    public TmpfsVolume(MountContext context)
        : base("tmpfs", context, canWrite: true)
    {
        _pagesMax = PagesMaxOf(context.Options);
        _inodesMax = InodesMaxOf(context.Options);
        _lastInode = (long)RootInode;
        _usedInodes = 1;
        MountOptions options = context.Options;
        TmpfsDirectory root = new(this, RootNumber, new NewInode
        {
            Mode = ModeBits.S_IFDIR | ((options.RootMode ?? DefaultRootMode) & ModeBits.PermissionMask),
            Uid = options.RootUid ?? 0,
            Gid = options.RootGid ?? 0,
            Time = Now,
        });
        Inodes.AddNew(root).Put();
    }

    /// <inheritdoc/>
    public override InodeNumber RootNumber => new(RootInode);

    /// <inheritdoc/>
    public override int BlockSizeBytes => Folio.PageSize;

    /// <inheritdoc/>
    public override int NameLengthMax => NameBytesMax;

    /// <inheritdoc/>
    public override VolumeIdentity Identity => new("tmpfs", "", Uuid.Nil, (ulong)(_pagesMax * Folio.PageSize));

    /// <summary>Pages that files have charged.</summary>
    public long UsedPages => Volatile.Read(ref _usedPages);

    /// <summary>Inodes that exist.</summary>
    public long UsedInodes => Volatile.Read(ref _usedInodes);

    /// <summary>Makes a writable volume.</summary>
    /// <param name="options">Options; read-only makes no sense here.</param>
    /// <param name="pool">Where the files' pages live; the shared pool when null.</param>
    /// <param name="clock">The clock; the host's when null.</param>
    /// <returns>The volume; dispose it.</returns>
    public static TmpfsVolume Create(MountOptions? options = null, FolioPool? pool = null, IClock? clock = null) =>
        new(new MountContext(
            new MemoryDevice(0, "tmpfs"),
            pool ?? FolioPool.Shared,
            options ?? new MountOptions { ReadOnly = false },
            clock ?? SystemClock.Instance));

    /// <inheritdoc/>
    public override StatFs StatFs()
    {
        ulong pages = (ulong)Volatile.Read(ref _pagesMax);
        ulong inodes = (ulong)Volatile.Read(ref _inodesMax);
        ulong freePages = pages == 0 ? 0 : pages - (ulong)UsedPages;
        ulong freeInodes = inodes == 0 ? 0 : inodes - (ulong)UsedInodes;
        return new StatFs(
            Folio.PageSize, pages, freePages, freePages, inodes, freeInodes, NameBytesMax, Uuid.Nil);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ReportSection> Report() =>
    [
        new ReportSection("space",
        [
            new ReportItem("pages_max", _pagesMax),
            new ReportItem("pages_used", UsedPages),
            new ReportItem("inodes_max", _inodesMax),
            new ReportItem("inodes_used", UsedInodes),
        ]),
    ];

    /// <summary>Takes pages from the limit.</summary>
    /// <param name="pages">How many, &gt; 0.</param>
    /// <returns>False when there are not so many.</returns>
    internal bool TryCharge(long pages) => TryTake(ref _usedPages, pages, Volatile.Read(ref _pagesMax));

    /// <summary>Gives pages back.</summary>
    /// <param name="pages">How many.</param>
    internal void Uncharge(long pages)
    {
        long left = Interlocked.Add(ref _usedPages, -pages);
        Check.That(left >= 0);
    }

    /// <summary>Takes an inode from the limit.</summary>
    /// <param name="number">Its number, never used before.</param>
    /// <returns>False when there is none.</returns>
    internal bool TryTakeInode(out InodeNumber number)
    {
        bool isTaken = TryTake(ref _usedInodes, 1, Volatile.Read(ref _inodesMax));
        number = isTaken ? new InodeNumber((ulong)Interlocked.Increment(ref _lastInode)) : InodeNumber.None;
        return isTaken;
    }

    /// <summary>An inode is gone.</summary>
    internal void GiveInodeBack()
    {
        long left = Interlocked.Decrement(ref _usedInodes);
        Check.That(left >= 0);
    }

    /// <inheritdoc/>
    protected override Result<Inode> ReadInode(InodeNumber number) => TmpfsReasons.NoInode.At(number);

    /// <inheritdoc/>
    protected override Result ApplyOptions(MountOptions options)
    {
        long pages = PagesMaxOf(options);
        long inodes = InodesMaxOf(options);
        if (pages != 0 && pages < UsedPages)
        {
            return TmpfsReasons.TooSmall;
        }

        if (inodes != 0 && inodes < UsedInodes)
        {
            return TmpfsReasons.TooFewInodes;
        }

        Volatile.Write(ref _pagesMax, pages);
        Volatile.Write(ref _inodesMax, inodes);
        return Result.Ok;
    }

    private static bool TryTake(ref long used, long count, long max)
    {
        long seen = Volatile.Read(ref used);
        while (max == 0 || seen <= max - count)
        {
            long found = Interlocked.CompareExchange(ref used, seen + count, seen);
            if (found == seen)
            {
                return true;
            }

            seen = found;
        }

        return false;
    }

    // Without a limit given: half of the memory that the page cache may take.
    private long PagesMaxOf(MountOptions options) => options.SizeBytesMax is long size
        ? (size / Folio.PageSize) + (size % Folio.PageSize == 0 ? 0 : 1)
        : Math.Max(1, Pool.BudgetBytes / 2 / Folio.PageSize);

    private long InodesMaxOf(MountOptions options) =>
        options.InodesMax ?? Math.Max(1024, Pool.BudgetBytes / 2 / Folio.PageSize);
}
