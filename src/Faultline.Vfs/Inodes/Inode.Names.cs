// What a driver that writes supplies: names, attributes, extended attributes. The VFS has checked permissions,
// flags, limits and types, holds the locks named here and keeps the cache of names; the driver changes the
// directory, the link counts and the times, all or nothing. What a driver does not supply is refused by name.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    /// <summary>Most hard links of one inode; more are EMLINK.</summary>
    public virtual uint LinkCountMax => uint.MaxValue;

    /// <summary>Whether the inode lives in memory alone and so stays there until it is unlinked.</summary>
    protected internal virtual bool IsMemoryOnly => false;

    /// <summary>Whether reclaim may drop the inode now. False while its state in memory is newer than the disk's.
    /// Asked without locks; what changes it needs a reference, which keeps the inode anyway.</summary>
    protected internal virtual bool MayBeEvicted => !IsMemoryOnly;

    /// <summary>Whether a rename may leave a whiteout in this directory.</summary>
    protected internal virtual bool SupportsWhiteout => false;

    /// <summary>False when there certainly is no ACL: spares the look at the attributes.</summary>
    protected internal virtual bool MayHaveAcl => true;

    /// <summary>Flags that chattr(1) may set.</summary>
    protected internal virtual InodeFlags SettableFlags => InodeFlags.None;

    /// <summary>Makes an inode and its name in this directory.</summary>
    /// <param name="name">The name; the directory has none such.</param>
    /// <param name="fresh">What is to be made.</param>
    /// <returns>The inode, entered with <see cref="InodeCache.AddNew"/>, with the reference that gave.</returns>
    /// <errors>EPERM the driver makes none; ENOSPC; EDQUOT; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: freeze level Write, inode lock of this directory exclusive. Takes: inode lifetime.</locks>
    protected internal virtual Result<Inode> CreateChild(ReadOnlySpan<byte> name, in NewInode fresh) =>
        VfsWriteReasons.CreateRefused.At(Number);

    /// <summary>Makes a file without a name (O_TMPFILE): link count 0.</summary>
    /// <param name="fresh">What is to be made.</param>
    /// <returns>As <see cref="CreateChild"/>.</returns>
    /// <errors>EOPNOTSUPP the driver makes none; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: freeze level Write.</locks>
    protected internal virtual Result<Inode> CreateUnnamed(in NewInode fresh) =>
        VfsWriteReasons.TmpfileRefused.At(Number);

    /// <summary>Adds a name for an inode and counts the link.</summary>
    /// <param name="name">The name; the directory has none such.</param>
    /// <param name="target">No directory; its link count may be 0 when it never had a name.</param>
    /// <returns>Success.</returns>
    /// <errors>EPERM the driver has no links; ENOSPC.</errors>
    /// <locks>Caller: freeze level Write, inode locks of this directory and of the target exclusive.</locks>
    protected internal virtual Result LinkChild(ReadOnlySpan<byte> name, Inode target) =>
        VfsWriteReasons.LinkRefused.At(Number);

    /// <summary>Removes the name of something that is no directory and uncounts the link.</summary>
    /// <param name="name">The name.</param>
    /// <param name="victim">What it names.</param>
    /// <returns>Success.</returns>
    /// <errors>EPERM the driver removes none.</errors>
    /// <locks>Caller: freeze level Write, inode locks of this directory and of the victim exclusive.</locks>
    protected internal virtual Result UnlinkChild(ReadOnlySpan<byte> name, Inode victim) =>
        VfsWriteReasons.UnlinkRefused.At(Number);

    /// <summary>Removes an empty directory; its link count becomes 0.</summary>
    /// <param name="name">The name.</param>
    /// <param name="victim">The directory.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOTEMPTY; EPERM the driver removes none.</errors>
    /// <locks>As <see cref="UnlinkChild"/>.</locks>
    protected internal virtual Result RemoveDirectoryChild(ReadOnlySpan<byte> name, Inode victim) =>
        VfsWriteReasons.RemoveDirectoryRefused.At(Number);

    /// <summary>Moves a name from this directory, replacing or exchanging what the new name names.</summary>
    /// <param name="request">What moves where.</param>
    /// <returns>Success.</returns>
    /// <errors>ENOTEMPTY the target is a directory with names; ENOSPC; EPERM the driver moves none.</errors>
    /// <locks>Caller: freeze level Write; the rename mutex unless both directories are one; inode locks of both
    /// directories exclusive, of the target unless directories are exchanged, of the source unless it is a
    /// directory that stays in its directory.</locks>
    protected internal virtual Result RenameChild(in RenameRequest request) => VfsWriteReasons.RenameRefused.At(Number);

    /// <summary>Stores new attributes.</summary>
    /// <param name="change">Which and what.</param>
    /// <returns>Success.</returns>
    /// <errors>EPERM the driver stores none; ENOSPC; EDQUOT.</errors>
    /// <locks>Caller: freeze level Write, inode lock exclusive.</locks>
    protected internal virtual Result ApplyAttributes(in AttributeChange change) =>
        VfsWriteReasons.AttributesRefused.At(Number);

    /// <summary>Stores an extended attribute.</summary>
    /// <param name="name">Whole name with namespace.</param>
    /// <param name="value">The value, maybe empty, at most 64 KiB.</param>
    /// <param name="flags">Create, replace, or either.</param>
    /// <returns>Success.</returns>
    /// <errors>EEXIST; ENODATA; ENOSPC; EOPNOTSUPP the driver stores none.</errors>
    /// <locks>Caller: freeze level Write, inode lock exclusive. Takes: xattr lock.</locks>
    protected internal virtual Result SetXattr(
        ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags) =>
        VfsWriteReasons.SetXattrRefused.At(Number);

    /// <summary>Removes an extended attribute.</summary>
    /// <param name="name">Whole name with namespace.</param>
    /// <returns>Success.</returns>
    /// <errors>ENODATA; EOPNOTSUPP the driver stores none.</errors>
    /// <locks>As <see cref="SetXattr"/>.</locks>
    protected internal virtual Result RemoveXattr(ReadOnlySpan<byte> name) =>
        VfsWriteReasons.RemoveXattrRefused.At(Number);

    /// <summary>Stores an access ACL together with the mode that says the same nine bits: both or neither.</summary>
    /// <param name="acl">The attribute's value; empty removes it, if there is one.</param>
    /// <param name="change">The mode, and what changes with it.</param>
    /// <returns>Success.</returns>
    /// <errors>As <see cref="SetXattr"/> and <see cref="ApplyAttributes"/>.</errors>
    /// <locks>As <see cref="SetXattr"/>. A driver that has transactions makes it one.</locks>
    protected internal virtual Result SetAccessAcl(ReadOnlySpan<byte> acl, in AttributeChange change)
    {
        byte[]? before = PosixAcl.Read(this);
        Result stored = StoreAccessAcl(acl);
        if (!stored.IsOk)
        {
            return stored;
        }

        bool isApplied = false;
        try
        {
            Result applied = ApplyAttributes(change);
            isApplied = applied.IsOk;
            return applied;
        }
        finally
        {
            if (!isApplied)
            {
                // OK: because what was there a moment ago has its place.
                _ = StoreAccessAcl(before ?? []);
            }
        }
    }

    /// <summary>The last name and the last reference are gone: the driver frees what the inode has. Called once,
    /// after the page cache is closed, before <see cref="Evict"/>.</summary>
    /// <errors>Damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: inode lifetime, freeze level Internal; nobody else can reach the inode.</locks>
    protected internal virtual void Inactivate()
    {
    }

    private Result StoreAccessAcl(ReadOnlySpan<byte> acl)
    {
        if (!acl.IsEmpty)
        {
            return SetXattr(PosixAcl.AccessName, acl, XattrFlags.None);
        }

        Result removed = RemoveXattr(PosixAcl.AccessName);
        return !removed.IsOk && removed.Error.Errno == Errno.ENODATA ? Result.Ok : removed;
    }

    /// <summary>Stores a change in memory: what a driver's <see cref="ApplyAttributes"/> does at its core.</summary>
    /// <param name="change">Which and what.</param>
    /// <locks>Caller: inode lock exclusive. Takes: i_lock.</locks>
    protected void ApplyInMemory(in AttributeChange change)
    {
        const AttributeMask ColdMask = AttributeMask.Mode | AttributeMask.Uid | AttributeMask.Gid
            | AttributeMask.Flags | AttributeMask.Project;
        if ((change.Mask & ColdMask) != 0)
        {
            InodeAttributes cold = Cold;
            ReplaceAttributes(cold with
            {
                Mode = change.Has(AttributeMask.Mode) ? change.Mode : cold.Mode,
                Uid = change.Has(AttributeMask.Uid) ? change.Uid : cold.Uid,
                Gid = change.Has(AttributeMask.Gid) ? change.Gid : cold.Gid,
                Flags = change.Has(AttributeMask.Flags) ? change.Flags : cold.Flags,
                ProjectId = change.Has(AttributeMask.Project) ? change.ProjectId : cold.ProjectId,
            });
        }

        SetTimes(
            change.Has(AttributeMask.AccessTime) ? change.AccessTime : null,
            change.Has(AttributeMask.ModifyTime) ? change.ModifyTime : null,
            change.Has(AttributeMask.ChangeTime) ? change.ChangeTime : null);
    }
}
