// A volume in memory, for the tests of the VFS: a table of inodes, counted look-ups, planted damage.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Iomap;
using Faultline.PageCache;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Vfs.Tests;

internal sealed class FakeVolume : SuperBlock
{
    internal static readonly Reason NoName = new("Test.NoName", Errno.ENOENT, "no such name");
    internal static readonly Reason Damaged = new("Test.Damaged", Errno.EUCLEAN, "planted damage");
    private readonly Dictionary<ulong, FakeNode> _nodes = [];

    internal FakeVolume(FolioPool? pool = null, MountOptions? options = null, IClock? clock = null)
        : base(
            "fakefs",
            new MountContext(
                new MemoryDevice(1 << 20),
                pool ?? FolioPool.Shared,
                options ?? new MountOptions(),
                clock ?? SystemClock.Instance),
            canWrite: options is not null)
    {
        Add(2, ModeBits.S_IFDIR | 0x1ED);
    }

    internal int Lookups { get; set; }

    internal int InodeReads { get; private set; }

    internal int Inactivated { get; set; }

    /// <summary>Whether storing metadata meets damage.</summary>
    internal bool IsSyncDamaged { get; set; }

    /// <summary>Whether changing names and reading ACLs meets damage.</summary>
    internal bool IsChangeDamaged { get; set; }

    /// <summary>What storing attributes meets, if not success.</summary>
    internal Func<Result>? OnAttributes { get; set; }

    internal InodeDirty Dirtied { get; set; }

    public override InodeNumber RootNumber => new(2);

    public override int BlockSizeBytes => 4096;

    public override int NameLengthMax => 255;

    public override VolumeIdentity Identity => new("fakefs", "", Uuid.Nil, 1 << 20);

    public override StatFs StatFs() => new(4096, 1, 1, 1, 1, 1, 255, Uuid.Nil);

    public override IReadOnlyList<ReportSection> Report() => [];

    internal FakeNode Add(
        ulong number, uint mode, ulong parent = 0, string name = "", string target = "", uint uid = 0, uint gid = 0)
    {
        FakeNode node = new(mode, target, uid, gid);
        _nodes[number] = node;
        if (parent != 0)
        {
            _nodes[parent].Names[name] = number;
        }

        return node;
    }

    protected internal override Result<Inode> ReadInode(InodeNumber number)
    {
        InodeReads++;
        return _nodes.TryGetValue(number.Value, out FakeNode? node)
            ? new FakeInode(this, number, node)
            : Damaged.At(number);
    }

    protected override Result SyncMetadata(bool wait) =>
        IsSyncDamaged ? throw new FsException(Damaged) : Result.Ok;

    internal sealed record FakeNode(uint Mode, string Target, uint Uid, uint Gid)
    {
        internal SortedDictionary<string, ulong> Names { get; } = new(StringComparer.Ordinal);

        internal byte[]? Acl { get; set; }

        internal bool IsDamaged { get; set; }

        internal uint LinkCount { get; set; } = 1;
    }

    private sealed class FakeInode(FakeVolume volume, InodeNumber number, FakeNode node) : Inode(
        volume,
        number,
        new InodeAttributes
        {
            Mode = node.Mode,
            Uid = node.Uid,
            Gid = node.Gid,
            LinkCount = node.LinkCount,
            SizeBytes = 8192,
            Sectors = 0,
            AccessTime = default,
            ModifyTime = default,
            ChangeTime = default,
        }), IIomapOps
    {
        public override IIomapOps? IomapOps => Attributes.IsRegular ? this : null;

        public Block.IBlockDevice Device => volume.Device;

        public int BlockSizeBytes => 4096;

        protected internal override void MarkDirty(InodeDirty what) => volume.Dirtied |= what;

        public override Result<InodeNumber> LookupName(ReadOnlySpan<byte> name)
        {
            volume.Lookups++;
            if (node.IsDamaged)
            {
                throw new FsException(Damaged.At(Number));
            }

            return node.Names.TryGetValue(Encoding.UTF8.GetString(name), out ulong found)
                ? new InodeNumber(found)
                : NoName;
        }

        public override Result ReadDirectory(ulong cookie, IDirectorySink sink)
        {
            ulong at = 0;
            foreach ((string name, ulong number) in node.Names)
            {
                at++;
                if (at > cookie
                    && !sink.Add(Encoding.UTF8.GetBytes(name), new InodeNumber(number), FileType.Unknown, at))
                {
                    break;
                }
            }

            return Result.Ok;
        }

        protected internal override Result<Inode> CreateChild(ReadOnlySpan<byte> name, in NewInode fresh)
        {
            ulong number = 1000 + (ulong)node.Names.Count;
            _ = volume.Add(number, fresh.Mode, Number.Value, Encoding.UTF8.GetString(name));
            return volume.Inodes.Get(new InodeNumber(number));
        }

        protected internal override Result UnlinkChild(ReadOnlySpan<byte> name, Inode victim) => MeetDamage();

        protected internal override Result RemoveDirectoryChild(ReadOnlySpan<byte> name, Inode victim) =>
            MeetDamage();

        protected internal override Result RenameChild(in RenameRequest request) => MeetDamage();

        public override Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value)
        {
            _ = node.Acl is not null && volume.IsChangeDamaged ? MeetDamage() : Result.Ok;
            if (node.Acl is null || !name.SequenceEqual("system.posix_acl_access"u8))
            {
                return VfsReasons.XattrMissing;
            }

            if (!value.IsEmpty)
            {
                node.Acl.CopyTo(value);
            }

            return node.Acl.Length;
        }

        protected internal override Result SetXattr(
            ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
        {
            node.Acl = value.ToArray();
            return Result.Ok;
        }

        protected internal override Result RemoveXattr(ReadOnlySpan<byte> name)
        {
            node.Acl = null;
            return Result.Ok;
        }

        protected internal override Result ApplyAttributes(in AttributeChange change)
        {
            Result applied = volume.OnAttributes?.Invoke() ?? Result.Ok;
            if (applied.IsOk)
            {
                ApplyInMemory(change);
            }

            return applied;
        }

        protected internal override void Inactivate()
        {
            volume.Inactivated++;
            if (node.IsDamaged)
            {
                throw new FsException(Damaged.At(Number));
            }
        }

        public Result Begin(long position, long length, IomapIntent intent, out Iomap.Iomap iomap)
        {
            iomap = new Iomap.Iomap { Type = IomapType.Hole, Position = 0, Length = 8192 };
            return Result.Ok;
        }

        public void End(in Iomap.Iomap iomap, long done)
        {
        }

        private Result MeetDamage() =>
            volume.IsChangeDamaged ? throw new FsException(Damaged.At(Number)) : Result.Ok;

        protected override Result<byte[]> ReadLinkFromDisk() => Encoding.UTF8.GetBytes(node.Target);
    }
}
