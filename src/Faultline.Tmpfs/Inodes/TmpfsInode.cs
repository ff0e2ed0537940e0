// What all inodes of tmpfs share: attributes and extended attributes, in memory.
//
// Locks: those of XattrStore.

using System;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Inodes;

/// <summary>An inode of tmpfs.</summary>
internal abstract class TmpfsInode : Inode
{
    private static readonly byte[] s_accessAcl = "system.posix_acl_access"u8.ToArray();
    private static readonly byte[] s_defaultAcl = "system.posix_acl_default"u8.ToArray();

    private XattrStore? _xattrs; // created once, by interlocked exchange
    private int _mayHaveAcl; // set before the ACL is stored, never cleared

    protected TmpfsInode(
        TmpfsVolume volume, InodeNumber number, in NewInode fresh, uint linkCount, long sizeBytes)
        : base(volume, number, AttributesOf(fresh, linkCount, sizeBytes))
    {
        Volume = volume;
        KeepInherited(s_accessAcl, fresh.AccessAcl);
        KeepInherited(s_defaultAcl, fresh.DefaultAcl);
    }

    /// <inheritdoc/>
    protected override bool IsMemoryOnly => true;

    /// <inheritdoc/>
    protected override bool MayHaveAcl => Volatile.Read(ref _mayHaveAcl) != 0;

    /// <inheritdoc/>
    protected override InodeFlags SettableFlags => InodeFlags.Immutable | InodeFlags.Append | InodeFlags.NoAtime
        | InodeFlags.Synchronous | InodeFlags.NoDump;

    /// <summary>The volume.</summary>
    protected TmpfsVolume Volume { get; }

    private XattrStore Xattrs => Volatile.Read(ref _xattrs)
        ?? Interlocked.CompareExchange(
            ref _xattrs, new XattrStore(LockClasses.Xattr.For(Volume.TypeName), Number), null)
        ?? _xattrs;

    /// <inheritdoc/>
    public override Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value) =>
        Volatile.Read(ref _xattrs) is XattrStore xattrs ? xattrs.Get(name, value) : base.GetXattr(name, value);

    /// <inheritdoc/>
    public override Result ListXattrs(IXattrSink sink)
    {
        Volatile.Read(ref _xattrs)?.List(sink);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result SetXattr(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, XattrFlags flags)
    {
        NoteAcl(name);
        return Xattrs.Set(name, value, flags);
    }

    /// <inheritdoc/>
    protected override Result RemoveXattr(ReadOnlySpan<byte> name) =>
        Volatile.Read(ref _xattrs) is XattrStore xattrs && xattrs.Remove(name)
            ? Result.Ok
            : TmpfsReasons.NoXattrToRemove;

    /// <inheritdoc/>
    protected override Result ApplyAttributes(in AttributeChange change)
    {
        ApplyInMemory(change);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override void Inactivate() => Volume.GiveInodeBack();

    private static InodeAttributes AttributesOf(in NewInode fresh, uint linkCount, long sizeBytes) => new()
    {
        Mode = fresh.Mode,
        Uid = fresh.Uid,
        Gid = fresh.Gid,
        LinkCount = linkCount,
        SizeBytes = sizeBytes,
        Sectors = 0,
        AccessTime = fresh.Time,
        ModifyTime = fresh.Time,
        ChangeTime = fresh.Time,
        BirthTime = fresh.Time,
        DeviceMajor = fresh.DeviceMajor,
        DeviceMinor = fresh.DeviceMinor,
        Generation = 1,
    };

    private void KeepInherited(byte[] name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            Result kept = Xattrs.Set(name, value, XattrFlags.None);
            Check.That(kept.IsOk);
            NoteAcl(name);
        }
    }

    private void NoteAcl(ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("system."u8))
        {
            Volatile.Write(ref _mayHaveAcl, 1);
        }
    }
}
