// Lists a directory in the order of the hashes of its names, so that a listing that is under way shows every name that
// stays exactly once while others come and blocks split: what is stored where changes, a name's hash does not.
//
// A cookie is the place in that order: 1 after ".", 2 after "..", then 3 + the hash's words of the next name. Names of
// one hash, both words, come together; a listing that stops between two of them shows the first ones again.
//
// Locks: caller, the directory's inode lock.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Buffers;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>A listing in the order of hashes.</summary>
/// <param name="names">How names hash.</param>
/// <param name="directory">The directory.</param>
/// <param name="version">Its hash.</param>
/// <param name="cookie">Where to start.</param>
/// <param name="sink">Takes the entries.</param>
internal sealed class HashedListing(
    DirectoryNames names, InodeRecord directory, HashVersion version, ulong cookie, IDirectorySink sink)
{
    private const ulong FirstKeyCookie = 3;

    private readonly List<Item> _items = [];

    /// <summary>The first hash that is wanted.</summary>
    internal uint FirstHash => (uint)(FirstKey >> 32) << 1;

    private ulong FirstKey => cookie <= FirstKeyCookie ? 0 : cookie - FirstKeyCookie;

    /// <summary>Lists "." and "..".</summary>
    /// <param name="parent">The parent.</param>
    /// <returns>False when the sink has enough.</returns>
    internal bool AddDots(InodeNumber parent)
    {
        bool goesOn = (cookie >= 1) || sink.Add("."u8, directory.Number, FileType.Directory, 1);
        return goesOn && ((cookie >= 2) || sink.Add(".."u8, parent, FileType.Directory, 2));
    }

    /// <summary>Takes the entries of a block, to be listed by <see cref="Flush"/>.</summary>
    /// <param name="block">The block; kept until then.</param>
    /// <param name="records">Its records.</param>
    internal void Take(MetadataBuffer block, DirEntryReader records)
    {
        ReadOnlyMemory<byte> bytes = block.Memory;
        while (records.TryRead(out DirEntry entry, out _))
        {
            bool isName = (entry.Inode != 0) && !entry.Name.SequenceEqual("."u8) && !entry.Name.SequenceEqual(".."u8);
            if (isName)
            {
                Add(entry, bytes.Slice(entry.Offset + Format.Names.DirEntryDisk.HeadBytes, entry.Name.Length));
            }
        }
    }

    /// <summary>Takes the entries of a directory in its inode.</summary>
    /// <param name="bytes">A piece, kept until they are listed.</param>
    /// <param name="rules">What records look like on this volume.</param>
    /// <returns>What is wrong with the piece, or null.</returns>
    internal DirectoryProblem? Take(ReadOnlyMemory<byte> bytes, DirectoryRules rules)
    {
        DirEntryReader records = new(bytes.Span, rules);
        DirectoryProblem? problem;
        while (records.TryRead(out DirEntry entry, out problem))
        {
            if (entry.Inode != 0)
            {
                Add(entry, bytes.Slice(entry.Offset + Format.Names.DirEntryDisk.HeadBytes, entry.Name.Length));
            }
        }

        return problem;
    }

    /// <summary>Lists what was taken.</summary>
    /// <returns>False when the sink has enough.</returns>
    internal bool Flush()
    {
        _items.Sort();
        foreach (Item item in _items)
        {
            FileType type = DirectoryReader.TypeOf(item.Type);
            if (!sink.Add(item.Name.Span, new InodeNumber(item.Inode), type, item.Key + 1 + FirstKeyCookie))
            {
                return false;
            }
        }

        _items.Clear();
        return true;
    }

    // The lowest bit of a hash is never set, so that 63 bits hold both words.
    private void Add(in DirEntry entry, ReadOnlyMemory<byte> name)
    {
        uint hash = names.Hash(directory, entry.Name, version, out uint minor);
        ulong key = ((ulong)(hash >> 1) << 32) | minor;
        if (key >= FirstKey)
        {
            _items.Add(new Item(key, entry.Inode, entry.FileType, name));
        }
    }

    private readonly record struct Item(ulong Key, uint Inode, byte Type, ReadOnlyMemory<byte> Name)
        : IComparable<Item>
    {
        public int CompareTo(Item other)
        {
            int order = Key.CompareTo(other.Key);
            return order != 0 ? order : Name.Span.SequenceCompareTo(other.Name.Span);
        }
    }
}
