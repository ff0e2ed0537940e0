// What a file loses when its contents or its owner change: set-id bits and file capabilities.

using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Permissions;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode
{
    private int _isPlain; // 1: looked, and there was nothing to lose. Written under the inode lock, exclusive

    /// <summary>Whether a change of the contents may have something to remove. One load, once that was looked
    /// at.</summary>
    public bool HasPrivileges => Volatile.Read(ref _isPlain) == 0;

    /// <summary>Removes what gives a program rights, because the contents change: set-user-id, set-group-id of a
    /// program, file capabilities.</summary>
    /// <param name="credentials">Who changes them: CAP_FSETID keeps the bits, nobody the capabilities.</param>
    /// <returns>Success.</returns>
    /// <errors>What the driver answers to a change of attributes.</errors>
    /// <locks>Caller: freeze level Write, inode lock exclusive. Takes: xattr lock, the first time.</locks>
    /// <source>write(2), inode(7), capabilities(7)</source>
    public Result RemovePrivilegesLocked(Credentials credentials)
    {
        if (!HasPrivileges)
        {
            return Result.Ok;
        }

        Lock.AssertHeldExclusive();
        Result dropped = DropCapabilities();
        if (!dropped.IsOk)
        {
            return dropped;
        }

        uint mode = credentials.Has(Capabilities.FileSetId)
            ? Mode
            : Permission.WithoutPrivileges(Mode, credentials.IsMember(Gid));
        Result removed = mode == Mode ? Result.Ok : ApplyAttributes(new AttributeChange
        {
            Mask = AttributeMask.Mode | AttributeMask.ChangeTime,
            Mode = mode,
            ChangeTime = SuperBlock.Now,
        });
        if (removed.IsOk && (Mode & (ModeBits.S_ISUID | ModeBits.S_ISGID)) == 0)
        {
            Volatile.Write(ref _isPlain, 1);
        }

        return removed;
    }

    /// <summary>Removes file capabilities, if there are some.</summary>
    /// <returns>Success.</returns>
    /// <locks>Caller: freeze level Write, inode lock exclusive. Takes: xattr lock.</locks>
    internal Result DropCapabilities()
    {
        Result<int> found = GetXattr("security.capability"u8, []);
        return found.IsOk ? RemoveXattr("security.capability"u8) : Result.Ok;
    }

    /// <summary>Something was stored that a change of the contents has to remove.</summary>
    internal void NotePrivileges() => Volatile.Write(ref _isPlain, 0);
}
