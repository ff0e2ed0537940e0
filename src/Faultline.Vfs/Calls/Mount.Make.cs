// What all calls that make a name share: where it goes, whether it may, and what the new inode inherits.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;
using Faultline.Vfs.Walk;

namespace Faultline.Vfs.Calls;

public sealed partial class Mount
{
    private const uint ModeOfAll = 0x1FF; // 0777

    /// <summary>What a call wants made: before umask and inheritance.</summary>
    private readonly ref struct Wish
    {
        public required uint Mode { get; init; }

        public uint DeviceMajor { get; init; }

        public uint DeviceMinor { get; init; }

        public ReadOnlySpan<byte> Target { get; init; }
    }

    // mkdir, mknod and symlink are this and nothing else.
    private Result Make(ReadOnlySpan<byte> path, in Wish wish)
    {
        Result walked = ResolveParent(path, out ParentReference parent);
        if (!walked.IsOk)
        {
            return walked;
        }

        using (parent)
        {
            if (parent.Last != LastName.Normal)
            {
                return VfsWriteReasons.MakeDots;
            }

            Result entered = SuperBlock.EnterWrite(out FreezeGuard freeze);
            using (freeze)
            {
                Result made;
                using (ExclusiveGuard guard = parent.Directory.Lock.AcquireExclusive(LockSubclass.Parent))
                {
                    made = MakeLocked(parent, wish, entered, out Inode? inode);
                    inode?.Put();
                }

                return made.IsOk ? CommitDirectory(parent.Directory) : made;
            }
        }
    }

    private Result MakeLocked(in ParentReference parent, in Wish wish, in Result entered, out Inode? made)
    {
        made = null;
        Inode directory = parent.Directory;
        Result looked = SuperBlock.Dentries.LookUpLocked(directory, parent.Name, out Inode? existing);
        if (!looked.IsOk)
        {
            return looked;
        }

        if (existing is not null)
        {
            existing.Put();
            return VfsWriteReasons.MakeExists;
        }

        if (parent.EndsInSlash && (wish.Mode & ModeBits.S_IFMT) != ModeBits.S_IFDIR)
        {
            return VfsWriteReasons.MakeSlash;
        }

        Result may = entered.IsOk ? MayCreate(directory) : entered;
        if (may.IsOk && IsDevice(wish) && !Credentials.Has(Capabilities.MakeNode))
        {
            return VfsWriteReasons.MknodPrivileged;
        }

        return may.IsOk ? CreateLocked(directory, parent.Name, wish, out made) : may;
    }

    // A character device 0:0 is a whiteout, which anybody may make.
    private static bool IsDevice(in Wish wish) => (wish.Mode & ModeBits.S_IFMT) switch
    {
        ModeBits.S_IFBLK => true,
        ModeBits.S_IFCHR => wish.DeviceMajor != 0 || wish.DeviceMinor != 0,
        _ => false,
    };

    // A directory that was removed while somebody held it takes no names.
    private Result MayCreate(Inode directory) => directory.LinkCount == 0
        ? VfsWriteReasons.DirectoryRemoved.At(directory.Number)
        : Permission.Check(directory, AccessMask.Write | AccessMask.Execute, Credentials);

    private Result CreateLocked(Inode directory, ReadOnlySpan<byte> name, in Wish wish, out Inode? made)
    {
        made = null;
        bool isDirectory = (wish.Mode & ModeBits.S_IFMT) == ModeBits.S_IFDIR;
        if (isDirectory && directory.LinkCount >= directory.LinkCountMax)
        {
            return VfsWriteReasons.MakeTooManyLinks.At(directory.Number);
        }

        Result<Inode> created = CreateInherited(directory, name, wish);
        if (!created.TryGet(out made, out FsError error))
        {
            return error;
        }

        byte[] kept = SuperBlock.Dentries.Change(directory, name, made.Number);
        if (isDirectory)
        {
            made.EnsurePlace(directory, kept);
        }

        return Result.Ok;
    }

    // With a default ACL in the directory the umask does not count; acl(5), "Object creation and default ACLs".
    private Result<Inode> CreateInherited(Inode directory, ReadOnlySpan<byte> name, in Wish wish)
    {
        uint type = wish.Mode & ModeBits.S_IFMT;
        uint mode = wish.Mode;
        bool inheritsGroup = (directory.Mode & ModeBits.S_ISGID) != 0;
        uint gid = inheritsGroup ? directory.Gid : Credentials.Gid;
        if (inheritsGroup && type == ModeBits.S_IFDIR)
        {
            mode |= ModeBits.S_ISGID;
        }
        else if (inheritsGroup && !Permission.MayKeepSetGroupId(gid, Credentials))
        {
            const uint GroupExecute = 0x8;
            mode &= (mode & GroupExecute) != 0 ? ~ModeBits.S_ISGID : uint.MaxValue;
        }

        byte[]? inherited = type == ModeBits.S_IFLNK ? null : PosixAcl.ReadDefault(directory);
        byte[] accessAcl = [];
        if (inherited is not null)
        {
            mode = PosixAcl.Inherit(inherited, mode, out accessAcl);
        }
        else if (type != ModeBits.S_IFLNK)
        {
            mode &= ~(Umask & ModeOfAll);
        }

        NewInode fresh = new()
        {
            Mode = mode,
            Uid = Credentials.Uid,
            Gid = gid,
            Time = SuperBlock.Now,
            DeviceMajor = wish.DeviceMajor,
            DeviceMinor = wish.DeviceMinor,
            Target = wish.Target,
            AccessAcl = accessAcl,
            DefaultAcl = type == ModeBits.S_IFDIR ? inherited : null,
        };
        return name.IsEmpty ? directory.CreateUnnamed(fresh) : directory.CreateChild(name, fresh);
    }

    // Called with the directory's lock released: a commit may take long.
    private Result CommitDirectory(Inode directory) =>
        SuperBlock.Options.DirectorySynchronous
            || SuperBlock.Options.Synchronous
            || (directory.Flags & InodeFlags.Synchronous) != 0
                ? SuperBlock.CommitMetadata()
                : Result.Ok;
}
