// Second pass: from the root down, every directory: what is named, how often, with which type; then every inode that
// nothing leads to. No recursion: a queue, and each directory once.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Checking;

/// <summary>Checks the tree of names.</summary>
/// <param name="state">The check.</param>
internal sealed class TreePass(CheckState state)
{
    private const int LinkCountMax = 65000;

    private readonly ExtVolume _volume = state.Volume;
    private readonly Queue<(InodeUse Use, ulong Parent)> _queue = [];

    /// <summary>Runs the pass.</summary>
    internal void Run()
    {
        if (state.Inodes.TryGetValue(SpecialInodes.Root, out InodeUse? root) && root.Record.IsDirectory)
        {
            root.IsWalked = true;
            root.NameCount = 1;
            _queue.Enqueue((root, SpecialInodes.Root));
        }

        while (!state.IsFull && _queue.TryDequeue(out (InodeUse Use, ulong Parent) next))
        {
            try
            {
                Walk(next.Use, next.Parent);
            }
            catch (FsException damage)
            {
                state.Add(damage.Error);
            }
        }

        CountValues();
        foreach ((ulong number, InodeUse use) in state.Inodes)
        {
            if (!state.IsHidden(number))
            {
                CheckLinks(use);
            }
        }
    }

    private void Walk(InodeUse directory, ulong parent)
    {
        state.DirectoryCount++;
        InodeRecord record = directory.Record;
        EntryList entries = new();
        _volume.Directories.List(record, 0, entries);
        bool hasDots = entries.Items.Count >= 2
            && entries.Items[0].IsNamed("."u8) && entries.Items[0].Inode == record.Number.Value
            && entries.Items[1].IsNamed(".."u8) && entries.Items[1].Inode == parent;
        if (!hasDots)
        {
            state.Add(ExtCheckReasons.Dots.At(record.Number, default, $"parent {parent}"));
        }

        HashSet<string> names = [];
        bool isTree = record.Has(ExtInodeFlags.Index);
        for (int index = hasDots ? 2 : 0; index < entries.Items.Count && !state.IsFull; index++)
        {
            EntryList.Entry entry = entries.Items[index];
            string text = Encoding.Latin1.GetString(entry.Name);
            if (!names.Add(text))
            {
                state.Add(ExtCheckReasons.NameTwice.At(record.Number, default, text));
            }

            if (isTree)
            {
                CheckFound(record, entry, text);
            }

            Enter(directory, entry, text);
        }
    }

    private void CheckFound(InodeRecord directory, EntryList.Entry entry, string text)
    {
        Result<InodeNumber> found = _volume.Directories.Lookup(directory, entry.Name);
        if (!found.IsOk || found.Value.Value != entry.Inode)
        {
            state.Add(ExtCheckReasons.NameNotFound.At(directory.Number, default, text));
        }
    }

    private void Enter(InodeUse directory, EntryList.Entry entry, string text)
    {
        InodeNumber owner = directory.Record.Number;
        if (!state.Inodes.TryGetValue(entry.Inode, out InodeUse? use))
        {
            state.Add(ExtCheckReasons.NameOfFree.At(owner, default, $"{text}: inode {entry.Inode}"));
            return;
        }

        FileType type = TypeOf(use.Record.Type);
        if (entry.Type != FileType.Unknown && entry.Type != type)
        {
            state.Add(ExtCheckReasons.NameType.At(owner, default, $"{text}: {entry.Type}, inode {type}"));
        }

        use.NameCount++;
        if (!use.Record.IsDirectory)
        {
            return;
        }

        directory.SubdirectoryCount++;
        if (use.IsWalked)
        {
            state.Add(ExtCheckReasons.DirectoryTwice.At(owner, default, $"{text}: inode {entry.Inode}"));
            return;
        }

        use.IsWalked = true;
        _queue.Enqueue((use, owner.Value));
    }

    // Inodes that hold values are led to by the attributes.
    private void CountValues()
    {
        if (!_volume.Super.Has(FeatureIncompat.EaInode))
        {
            return;
        }

        Dictionary<ulong, ulong> counts = [];
        foreach (InodeUse use in state.Inodes.Values)
        {
            try
            {
                foreach (XattrItem item in _volume.Xattrs.ReadAll(use.Record))
                {
                    if (item.ValueInode != 0 && state.Inodes.TryGetValue(item.ValueInode, out InodeUse? value))
                    {
                        value.NameCount = 1;
                        counts[item.ValueInode] = counts.GetValueOrDefault(item.ValueInode) + 1;
                    }
                }
            }
            catch (FsException damage)
            {
                state.Add(damage.Error);
            }
        }

        foreach ((ulong number, ulong count) in counts)
        {
            CheckReferences(number, count);
        }
    }

    // A block of attributes that inodes share refers to a value once.
    private void CheckReferences(ulong number, ulong count)
    {
        ref readonly InodeDisk disk = ref Disk.View<InodeDisk>(state.Inodes[number].Record.Bytes);
        ulong stored = Bits.Join(disk.ChangeTime.Value, disk.VersionLow.Value);
        if (stored == 0 || stored > count)
        {
            state.Add(ExtCheckReasons.ValueReferences.At(
                new InodeNumber(number), default, $"{stored}, {count} attributes have it"));
        }
    }

    private void CheckLinks(InodeUse use)
    {
        InodeRecord record = use.Record;
        if (use.NameCount == 0)
        {
            state.Add(ExtCheckReasons.Unreachable.At(record.Number, default, $"{record.LinkCount} links"));
            return;
        }

        long expected = record.IsDirectory ? 2 + use.SubdirectoryCount : use.NameCount;
        bool isUncounted = record.IsDirectory && record.LinkCount == 1 && expected >= LinkCountMax;
        if (record.LinkCount != expected && !isUncounted)
        {
            state.Add(ExtCheckReasons.LinkCount.At(
                record.Number, default, $"{record.LinkCount}, counted {expected}"));
        }
    }

    private static FileType TypeOf(uint type) => type switch
    {
        ModeBits.S_IFREG => FileType.Regular,
        ModeBits.S_IFDIR => FileType.Directory,
        ModeBits.S_IFCHR => FileType.CharacterDevice,
        ModeBits.S_IFBLK => FileType.BlockDevice,
        ModeBits.S_IFIFO => FileType.Fifo,
        ModeBits.S_IFSOCK => FileType.Socket,
        ModeBits.S_IFLNK => FileType.SymbolicLink,
        _ => FileType.Unknown,
    };

    private sealed class EntryList : IDirectorySink
    {
        internal List<Entry> Items { get; } = [];

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            Items.Add(new Entry(name.ToArray(), inode.Value, type));
            return true;
        }

        internal sealed record Entry(byte[] Name, ulong Inode, FileType Type)
        {
            internal bool IsNamed(ReadOnlySpan<byte> name) => Name.AsSpan().SequenceEqual(name);
        }
    }
}
