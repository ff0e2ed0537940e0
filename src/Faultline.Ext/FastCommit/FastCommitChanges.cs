// Everything that the fast commits changed, as outcomes over what is on disk. Tags say what is true
// afterwards, not what was done, so that applying them in order is all there is to it. Immutable
// once applied.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Format.Names;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Mapping;

namespace Faultline.Ext.FastCommit;

/// <summary>What fast commits changed.</summary>
internal sealed class FastCommitChanges
{
    private readonly ExtVolume _volume;
    private readonly HashSet<ulong> _created = [];

    private FastCommitChanges(ExtVolume volume) => _volume = volume;

    /// <summary>Inodes as they are now, by number.</summary>
    internal Dictionary<ulong, byte[]> Inodes { get; } = [];

    /// <summary>Changes of maps, by inode.</summary>
    internal Dictionary<ulong, ExtentChanges> Maps { get; } = [];

    /// <summary>Changes of names, by directory.</summary>
    internal Dictionary<ulong, NameChanges> Names { get; } = [];

    /// <summary>Applies tags.</summary>
    /// <param name="volume">The volume without them.</param>
    /// <param name="tags">The tags of complete fast commits.</param>
    /// <returns>What they changed.</returns>
    /// <errors>FsException EUCLEAN for a tag that cannot be.</errors>
    internal static FastCommitChanges Apply(ExtVolume volume, IReadOnlyList<FastCommitTag> tags)
    {
        FastCommitChanges changes = new(volume);
        changes.FindCreated(tags);
        foreach (FastCommitTag tag in tags)
        {
            bool isApplied = tag.Kind switch
            {
                FastCommitTagKind.AddRange => changes.ApplyAdd(tag.Value),
                FastCommitTagKind.DeleteRange => changes.ApplyDelete(tag.Value),
                FastCommitTagKind.Create => changes.ApplyName(tag.Kind, tag.Value),
                FastCommitTagKind.Link => changes.ApplyName(tag.Kind, tag.Value),
                FastCommitTagKind.Unlink => changes.ApplyName(tag.Kind, tag.Value),
                FastCommitTagKind.Inode => changes.ApplyInode(tag.Value),
                FastCommitTagKind.Pad or FastCommitTagKind.Tail or FastCommitTagKind.Head => true,
            };
            if (!isApplied)
            {
                throw new FsException(
                    ExtReasons.FastCommitTag.With($"{tag.Kind}, {tag.Value.Length} bytes"));
            }
        }

        changes.MarkNewDirectories();
        return changes;
    }

    // An inode's fields come before its first name, and a new inode has no map on disk to keep.
    private void FindCreated(IReadOnlyList<FastCommitTag> tags)
    {
        foreach (FastCommitTag tag in tags)
        {
            if ((tag.Kind == FastCommitTagKind.Create)
                && (tag.Value.Length >= NameTagDisk.SizeBytes))
            {
                _ = _created.Add(Disk.View<NameTagDisk>(tag.Value).Inode);
            }
        }
    }

    private bool ApplyAdd(ReadOnlySpan<byte> value)
    {
        if (value.Length < RangeTagDisk.AddedSizeBytes)
        {
            return false;
        }

        uint inode = Disk.View<LeUInt32>(value);
        ExtentDisk extent = Disk.View<ExtentDisk>(value, RangeTagDisk.AddedExtentOffset);
        ExtSuperBlock super = _volume.Super;
        bool isSane = IsInode(inode) && (extent.Length > 0)
            && (extent.Start >= super.FirstUsableBlock)
            && (extent.Start < super.BlockCount)
            && (extent.Length <= super.BlockCount - extent.Start);
        if (isSane)
        {
            MapOf(inode).Set(new MappedRange(
                extent.FileBlock,
                extent.Length,
                extent.IsUnwritten ? MapState.Unwritten : MapState.Written,
                extent.Start));
        }

        return isSane;
    }

    private bool ApplyDelete(ReadOnlySpan<byte> value)
    {
        if (value.Length < RangeTagDisk.SizeBytes)
        {
            return false;
        }

        RangeTagDisk range = Disk.View<RangeTagDisk>(value);
        if (!IsInode(range.Inode))
        {
            return false;
        }

        if (range.Length > 0)
        {
            MapOf(range.Inode).Set(
                new MappedRange(range.FileBlock, range.Length, MapState.Hole, 0));
        }

        return true;
    }

    private bool ApplyName(FastCommitTagKind kind, ReadOnlySpan<byte> value)
    {
        if (value.Length <= NameTagDisk.SizeBytes)
        {
            return false;
        }

        NameTagDisk tag = Disk.View<NameTagDisk>(value);
        ReadOnlySpan<byte> name = value.Slice(NameTagDisk.SizeBytes);
        bool isSane = IsInode(tag.Parent) && IsInode(tag.Inode)
            && (name.Length <= DirEntryDisk.NameLengthMax)
            && (name.IndexOfAny((byte)0, (byte)'/') < 0);
        if (!isSane)
        {
            return false;
        }

        bool isGone = kind == FastCommitTagKind.Unlink;
        NamesOf(tag.Parent).Set(name, isGone ? InodeNumber.None : new InodeNumber(tag.Inode));
        if (kind == FastCommitTagKind.Create)
        {
            NamesOf(tag.Inode).NewParent = new InodeNumber(tag.Parent);
        }

        return true;
    }

    // The fields come from the tag; the map stays what it was, since ranges have tags of their own;
    // what lies behind the fields stays too, even if the inode is new: attributes of its last life reappear after the
    // kernel's replay.
    private bool ApplyInode(ReadOnlySpan<byte> value)
    {
        const int MapEnd = InodeDisk.MapOffset + InodeDisk.MapBytes;
        int length = value.Length - sizeof(uint);
        if ((length < InodeDisk.SizeBytes) || (length > _volume.Super.InodeSize))
        {
            return false;
        }

        uint number = Disk.View<LeUInt32>(value);
        if (!IsInode(number))
        {
            return false;
        }

        ReadOnlySpan<byte> fields = value.Slice(sizeof(uint));
        byte[] bytes = ReadBase(number);
        bool isTree = (Disk.View<InodeDisk>(fields).Flags & (uint)ExtInodeFlags.Extents) != 0;
        fields.Slice(0, InodeDisk.MapOffset).CopyTo(bytes);
        fields.Slice(MapEnd).CopyTo(bytes.AsSpan(MapEnd));
        Span<byte> map = bytes.AsSpan(InodeDisk.MapOffset, InodeDisk.MapBytes);
        if (!isTree)
        {
            fields.Slice(InodeDisk.MapOffset, InodeDisk.MapBytes).CopyTo(map);
        }
        else if (Disk.View<ExtentHeaderDisk>(map).Magic != ExtentHeaderDisk.ExpectedMagic)
        {
            map.Clear();
            ref ExtentHeaderDisk header = ref Disk.Overlay<ExtentHeaderDisk>(map);
            header.Magic = ExtentHeaderDisk.ExpectedMagic;
            header.EntryCountMax =
                (InodeDisk.MapBytes - ExtentHeaderDisk.SizeBytes) / ExtentHeaderDisk.EntryBytes;
        }

        Inodes[number] = bytes;
        return true;
    }

    private byte[] ReadBase(uint number)
    {
        if (Inodes.TryGetValue(number, out byte[]? known))
        {
            return known;
        }

        byte[] bytes = new byte[_volume.Super.InodeSize];
        _volume.Device.Read(_volume.Inodes.Offset(new InodeNumber(number)), bytes);
        if (_created.Contains(number))
        {
            bytes.AsSpan(InodeDisk.MapOffset, InodeDisk.MapBytes).Clear();
        }

        return bytes;
    }

    // A directory that was created has no entries on disk yet but its own two, which are implied.
    private void MarkNewDirectories()
    {
        foreach (ulong number in _created)
        {
            bool isDirectory = Inodes.TryGetValue(number, out byte[]? bytes)
                && ((Disk.View<InodeDisk>(bytes).Mode.Value & ModeBits.S_IFMT) == ModeBits.S_IFDIR);
            if (!isDirectory)
            {
                _ = Names.Remove(number);
            }
        }
    }

    private bool IsInode(uint number) => (number > 0) && (number <= _volume.Super.InodeCount);

    private ExtentChanges MapOf(uint inode)
    {
        if (!Maps.TryGetValue(inode, out ExtentChanges? map))
        {
            map = new ExtentChanges();
            Maps.Add(inode, map);
        }

        return map;
    }

    private NameChanges NamesOf(uint directory)
    {
        if (!Names.TryGetValue(directory, out NameChanges? names))
        {
            names = new NameChanges();
            Names.Add(directory, names);
        }

        return names;
    }
}
