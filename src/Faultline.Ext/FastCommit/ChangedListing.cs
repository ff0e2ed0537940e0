// Lists a directory that fast commits changed: its entries on disk without those that changed, then
// the new ones. New entries have cookies of their own range, far beyond the longest directory.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Inodes;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.FastCommit;

/// <summary>Lists changed directories.</summary>
internal static class ChangedListing
{
    private const ulong AddedCookie = 1UL << 62;
    private const ulong ParentCookie = 1;

    /// <summary>Lists a directory as it is on disk.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="cookie">Where to start.</param>
    /// <param name="sink">Takes the entries.</param>
    internal delegate void ListDisk(InodeRecord directory, ulong cookie, IDirectorySink sink);

    /// <summary>Lists a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="changes">What changed in it.</param>
    /// <param name="cookie">Where to start.</param>
    /// <param name="sink">Takes the entries.</param>
    /// <param name="listDisk">Lists what is on disk.</param>
    internal static void List(
        InodeRecord directory,
        NameChanges changes,
        ulong cookie,
        IDirectorySink sink,
        ListDisk listDisk)
    {
        bool isGoingOn = (cookie >= AddedCookie)
            || (changes.NewParent == InodeNumber.None
                ? ListOld(directory, changes, cookie, sink, listDisk)
                : ListDots(directory, changes, cookie, sink));
        if (!isGoingOn)
        {
            return;
        }

        ulong next = AddedCookie;
        foreach ((byte[] name, InodeNumber inode) in changes.Added)
        {
            bool isWanted = next >= cookie;
            next++;
            // The type is in the inode, which a listing does not read.
            if (isWanted && !sink.Add(name, inode, FileType.Unknown, next))
            {
                return;
            }
        }
    }

    private static bool ListOld(
        InodeRecord directory,
        NameChanges changes,
        ulong cookie,
        IDirectorySink sink,
        ListDisk listDisk)
    {
        UnchangedSink unchanged = new(changes, sink);
        listDisk(directory, cookie, unchanged);
        return !unchanged.IsStopped;
    }

    private static bool ListDots(
        InodeRecord directory, NameChanges changes, ulong cookie, IDirectorySink sink)
    {
        if ((cookie == 0)
            && !sink.Add("."u8, directory.Number, FileType.Directory, ParentCookie))
        {
            return false;
        }

        return (cookie > ParentCookie)
            || sink.Add(".."u8, changes.NewParent, FileType.Directory, AddedCookie);
    }

    private sealed class UnchangedSink(NameChanges changes, IDirectorySink sink) : IDirectorySink
    {
        internal bool IsStopped { get; private set; }

        public bool Add(
            ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            if (changes.TryFind(name, out _))
            {
                return true;
            }

            IsStopped = !sink.Add(name, inode, type, nextCookie);
            return !IsStopped;
        }
    }
}
