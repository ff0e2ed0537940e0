// Directories whose entries lie in their inode: four bytes of the parent's number, then records in
// the rest of the block map, then records in the value of the attribute system.data. The two pieces
// are separate chains.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>Directories in inodes.</summary>
/// <param name="rules">What records look like on this volume.</param>
/// <param name="data">Finds inline data.</param>
/// <source>docs/format/ext.md#inline-data; Linux
/// Documentation/filesystems/ext4/inlinedata.rst</source>
internal sealed class InlineDirectory(DirectoryRules rules, InlineData data)
{
    private const int ParentBytes = 4;
    private const ulong FirstRecordCookie = 2;

    /// <summary>Looks a name up.</summary>
    /// <param name="directory">An inline directory.</param>
    /// <param name="name">The name.</param>
    /// <returns>Number of the inode, or 0.</returns>
    internal uint Lookup(InodeRecord directory, ReadOnlySpan<byte> name)
    {
        byte[] bytes = data.ReadDirectory(directory, out int split);
        uint found = LookupPiece(directory, bytes.AsSpan(ParentBytes, split - ParentBytes), name);
        return found != 0 ? found : LookupPiece(directory, bytes.AsSpan(split), name);
    }

    /// <summary>Lists the directory.</summary>
    /// <param name="directory">An inline directory.</param>
    /// <param name="cookie">Where to start.</param>
    /// <param name="sink">Takes the entries.</param>
    internal void List(InodeRecord directory, ulong cookie, IDirectorySink sink)
    {
        byte[] bytes = data.ReadDirectory(directory, out int split);
        uint parent = Disk.View<LeUInt32>(bytes);
        if ((cookie < 1) && !sink.Add("."u8, directory.Number, FileType.Directory, 1))
        {
            return;
        }

        bool isStopped = (cookie < FirstRecordCookie)
            && !sink.Add(".."u8, new InodeNumber(parent), FileType.Directory, FirstRecordCookie);
        if (isStopped)
        {
            return;
        }

        ulong from = cookie < FirstRecordCookie ? 0 : cookie - FirstRecordCookie;
        Span<byte> first = bytes.AsSpan(ParentBytes, split - ParentBytes);
        if (ListPiece(directory, first, 0, from, sink))
        {
            _ = ListPiece(directory, bytes.AsSpan(split), (ulong)first.Length, from, sink);
        }
    }

    /// <summary>Lists the directory in the order of hashes.</summary>
    /// <param name="directory">An inline directory.</param>
    /// <param name="listing">Where to start, and who takes the entries.</param>
    internal void ListByHash(InodeRecord directory, HashedListing listing)
    {
        byte[] bytes = data.ReadDirectory(directory, out int split);
        if (!listing.AddDots(new InodeNumber(Disk.View<LeUInt32>(bytes))))
        {
            return;
        }

        DirectoryProblem? problem = listing.Take(bytes.AsMemory(ParentBytes, split - ParentBytes), rules);
        ThrowIfDamaged(problem, directory, ParentBytes);
        problem = listing.Take(bytes.AsMemory(split), rules);
        ThrowIfDamaged(problem, directory, split);
        _ = listing.Flush();
    }

    private uint LookupPiece(
        InodeRecord directory, ReadOnlySpan<byte> piece, ReadOnlySpan<byte> name)
    {
        DirEntryReader records = new(piece, rules);
        DirectoryProblem? problem;
        while (records.TryRead(out DirEntry entry, out problem))
        {
            if ((entry.Inode != 0) && DirectoryNames.Matches(directory, entry.Name, name))
            {
                return entry.Inode;
            }
        }

        ThrowIfDamaged(problem, directory, records.Offset);
        return 0;
    }

    private bool ListPiece(
        InodeRecord directory, ReadOnlySpan<byte> piece, ulong start, ulong from, IDirectorySink sink)
    {
        DirEntryReader records = new(piece, rules);
        DirectoryProblem? problem;
        while (records.TryRead(out DirEntry entry, out problem))
        {
            if ((entry.Inode == 0) || (start + (ulong)entry.Offset < from))
            {
                continue;
            }

            bool isTaken = sink.Add(
                entry.Name,
                new InodeNumber(entry.Inode),
                DirectoryReader.TypeOf(entry.FileType),
                FirstRecordCookie + start + (ulong)entry.End);
            if (!isTaken)
            {
                return false;
            }
        }

        ThrowIfDamaged(problem, directory, records.Offset);
        return true;
    }

    private static void ThrowIfDamaged(DirectoryProblem? problem, InodeRecord directory, int offset)
    {
        if (problem is not null)
        {
            throw new FsException(
                DirectoryDamage.Of(problem.Value, directory.Number, default, offset));
        }
    }
}
