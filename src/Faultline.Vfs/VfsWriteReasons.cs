// Why the VFS refuses a call that changes something: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs;

/// <summary>Reasons of calls that change something.</summary>
public static class VfsWriteReasons
{
    /// <summary>Remounting a frozen volume.</summary>
    public static readonly Reason RemountFrozen =
        new("Vfs.RemountFrozen", Errno.EBUSY, "cannot remount: the volume is frozen");

    /// <summary>A remount after unmount.</summary>
    public static readonly Reason RemountUnmounted =
        new("Vfs.RemountUnmounted", Errno.ESTALE, "cannot remount: the volume was unmounted");

    /// <summary>Remounting read-only with writers.</summary>
    public static readonly Reason RemountWriters =
        new("Vfs.RemountWriters", Errno.EBUSY, "cannot become read-only: files are open for writing");

    /// <summary>A sync after unmount.</summary>
    public static readonly Reason SyncUnmounted =
        new("Vfs.SyncUnmounted", Errno.ESTALE, "cannot sync: the volume was unmounted");

    /// <summary>A freeze after unmount.</summary>
    public static readonly Reason FreezeUnmounted =
        new("Vfs.FreezeUnmounted", Errno.ESTALE, "cannot freeze: the volume was unmounted");

    /// <summary>A second freeze.</summary>
    public static readonly Reason FreezeTwice =
        new("Vfs.FreezeTwice", Errno.EBUSY, "the volume is frozen already");

    /// <summary>A thaw without a freeze.</summary>
    public static readonly Reason ThawNotFrozen =
        new("Vfs.ThawNotFrozen", Errno.EINVAL, "the volume is not frozen");

    /// <summary>A modifying call after unmount.</summary>
    public static readonly Reason WriteUnmounted =
        new("Vfs.WriteUnmounted", Errno.ESTALE, "cannot change anything: the volume was unmounted");

    /// <summary>A modifying call on a read-only volume.</summary>
    public static readonly Reason ReadOnly =
        new("Vfs.ReadOnly", Errno.EROFS, "the volume is mounted read-only");

    /// <summary>Writing what chattr made immutable.</summary>
    public static readonly Reason WriteImmutable =
        new("Vfs.WriteImmutable", Errno.EPERM, "the inode is immutable");

    /// <summary>A walk through .. during unmount.</summary>
    public static readonly Reason UnmountedParent =
        new("Vfs.UnmountedParent", Errno.ESTALE, "the volume was unmounted on the way to a parent");

    /// <summary>A relative path from a closed directory.</summary>
    public static readonly Reason StartGone =
        new("Vfs.StartGone", Errno.ESTALE, "the directory that the path starts at is gone");

    /// <summary>Creating with a driver that cannot.</summary>
    public static readonly Reason CreateRefused =
        new("Vfs.CreateRefused", Errno.EPERM, "the driver cannot create files");

    /// <summary>O_TMPFILE with a driver that cannot.</summary>
    public static readonly Reason TmpfileRefused =
        new("Vfs.TmpfileRefused", Errno.EOPNOTSUPP, "the driver cannot make files without a name");

    /// <summary>Linking with a driver that cannot.</summary>
    public static readonly Reason LinkRefused =
        new("Vfs.LinkRefused", Errno.EPERM, "the driver cannot make hard links");

    /// <summary>Unlinking with a driver that cannot.</summary>
    public static readonly Reason UnlinkRefused =
        new("Vfs.UnlinkRefused", Errno.EPERM, "the driver cannot remove names");

    /// <summary>Removing a directory with a driver that cannot.</summary>
    public static readonly Reason RemoveDirectoryRefused =
        new("Vfs.RemoveDirectoryRefused", Errno.EPERM, "the driver cannot remove directories");

    /// <summary>Renaming with a driver that cannot.</summary>
    public static readonly Reason RenameRefused =
        new("Vfs.RenameRefused", Errno.EPERM, "the driver cannot rename");

    /// <summary>Changing attributes with a driver that cannot.</summary>
    public static readonly Reason AttributesRefused =
        new("Vfs.AttributesRefused", Errno.EPERM, "the driver cannot change attributes");

    /// <summary>Setting an attribute with a driver that cannot.</summary>
    public static readonly Reason SetXattrRefused =
        new("Vfs.SetXattrRefused", Errno.EOPNOTSUPP, "the driver cannot store extended attributes");

    /// <summary>Removing an attribute with a driver that cannot.</summary>
    public static readonly Reason RemoveXattrRefused =
        new("Vfs.RemoveXattrRefused", Errno.EOPNOTSUPP, "the driver cannot remove extended attributes");

    /// <summary>O_TRUNC with a driver that cannot.</summary>
    public static readonly Reason TruncateRefused =
        new("Vfs.TruncateRefused", Errno.EOPNOTSUPP, "the driver cannot truncate");

    /// <summary>Making what cannot be made.</summary>
    public static readonly Reason MakeDots =
        new("Vfs.MakeDots", Errno.EEXIST, "the path ends in \".\" or \"..\", or is the root");

    /// <summary>Making a name that exists.</summary>
    public static readonly Reason MakeExists =
        new("Vfs.MakeExists", Errno.EEXIST, "the name exists");

    /// <summary>A trailing slash after a new name.</summary>
    public static readonly Reason MakeSlash =
        new("Vfs.MakeSlash", Errno.ENOENT, "a slash follows the name of what is to be no directory");

    /// <summary>One directory too many.</summary>
    public static readonly Reason MakeTooManyLinks =
        new("Vfs.MakeTooManyLinks", Errno.EMLINK, "the parent has as many subdirectories as it can");

    /// <summary>A new name in a removed directory.</summary>
    public static readonly Reason DirectoryRemoved =
        new("Vfs.DirectoryRemoved", Errno.ENOENT, "the directory was removed");

    /// <summary>mknod of a directory.</summary>
    public static readonly Reason MknodDirectory =
        new("Vfs.MknodDirectory", Errno.EPERM, "mknod makes no directories");

    /// <summary>mknod of an unknown type.</summary>
    public static readonly Reason MknodType =
        new("Vfs.MknodType", Errno.EINVAL, "not a file type");

    /// <summary>mknod of a device without the capability.</summary>
    public static readonly Reason MknodPrivileged =
        new("Vfs.MknodPrivileged", Errno.EPERM, "device nodes need CAP_MKNOD");

    /// <summary>A link to nothing.</summary>
    public static readonly Reason SymlinkEmpty =
        new("Vfs.SymlinkEmpty", Errno.ENOENT, "the target of a symbolic link is empty");

    /// <summary>A link that is too long.</summary>
    public static readonly Reason SymlinkTooLong =
        new("Vfs.SymlinkTooLong", Errno.ENAMETOOLONG, "the target of a symbolic link is longer than 4095 bytes");

    /// <summary>Linking after close.</summary>
    public static readonly Reason LinkClosed =
        new("Vfs.LinkClosed", Errno.EBADF, "cannot link: the open file was closed");

    /// <summary>Linking to what cannot be a name.</summary>
    public static readonly Reason LinkDots =
        new("Vfs.LinkDots", Errno.EEXIST, "the new name ends in \".\" or \"..\", or is the root");

    /// <summary>Linking to a name that exists.</summary>
    public static readonly Reason LinkExists =
        new("Vfs.LinkExists", Errno.EEXIST, "the new name exists");

    /// <summary>A trailing slash after a new link.</summary>
    public static readonly Reason LinkSlash =
        new("Vfs.LinkSlash", Errno.ENOENT, "a slash follows the new name");

    /// <summary>A hard link to a directory.</summary>
    public static readonly Reason LinkDirectory =
        new("Vfs.LinkDirectory", Errno.EPERM, "a directory cannot have another name");

    /// <summary>Linking what chattr made fast.</summary>
    public static readonly Reason LinkImmutable =
        new("Vfs.LinkImmutable", Errno.EPERM, "the file is immutable or append-only");

    /// <summary>Linking between volumes.</summary>
    public static readonly Reason LinkAcross =
        new("Vfs.LinkAcross", Errno.EXDEV, "the file and the new name are on different volumes");

    /// <summary>Linking what is gone.</summary>
    public static readonly Reason LinkGone =
        new("Vfs.LinkGone", Errno.ENOENT, "the file has lost its last name, or may not get one");

    /// <summary>One link too many.</summary>
    public static readonly Reason LinkTooMany =
        new("Vfs.LinkTooMany", Errno.EMLINK, "the file has as many names as it can");

    /// <summary>Unlinking dots.</summary>
    public static readonly Reason UnlinkDots =
        new("Vfs.UnlinkDots", Errno.EISDIR, "\".\" or \"..\" or the root is a directory");

    /// <summary>Unlinking with a slash.</summary>
    public static readonly Reason UnlinkSlash =
        new("Vfs.UnlinkSlash", Errno.ENOTDIR, "a slash follows the name of a file");

    /// <summary>Unlinking a directory with a slash.</summary>
    public static readonly Reason UnlinkDirectorySlash =
        new("Vfs.UnlinkDirectorySlash", Errno.EISDIR, "unlink removes no directories");

    /// <summary>rmdir of a dot.</summary>
    public static readonly Reason RmdirDot =
        new("Vfs.RmdirDot", Errno.EINVAL, "\".\" cannot be removed");

    /// <summary>rmdir of two dots.</summary>
    public static readonly Reason RmdirDotDot =
        new("Vfs.RmdirDotDot", Errno.ENOTEMPTY, "\"..\" has at least this directory in it");

    /// <summary>rmdir of the root.</summary>
    public static readonly Reason RmdirRoot =
        new("Vfs.RmdirRoot", Errno.EBUSY, "the root cannot be removed");

    /// <summary>Removing nothing.</summary>
    public static readonly Reason RemoveMissing =
        new("Vfs.RemoveMissing", Errno.ENOENT, "nothing to remove: no such name");

    /// <summary>Removing a name from an append-only directory.</summary>
    public static readonly Reason DeleteFromAppend =
        new("Vfs.DeleteFromAppend", Errno.EPERM, "the directory is append-only");

    /// <summary>Removing another's file from a sticky directory.</summary>
    public static readonly Reason DeleteSticky =
        new("Vfs.DeleteSticky", Errno.EPERM, "the directory is sticky and the file is another's");

    /// <summary>Removing what chattr made fast.</summary>
    public static readonly Reason DeleteImmutable =
        new("Vfs.DeleteImmutable", Errno.EPERM, "the file is immutable or append-only, so its name stays");

    /// <summary>A file where a directory is wanted.</summary>
    public static readonly Reason DeleteNotDirectory =
        new("Vfs.DeleteNotDirectory", Errno.ENOTDIR, "not a directory, so it cannot be removed or replaced as one");

    /// <summary>A directory where a file is wanted.</summary>
    public static readonly Reason DeleteDirectory =
        new("Vfs.DeleteDirectory", Errno.EISDIR, "a directory cannot be removed or replaced as a file");

    /// <summary>Removing the root.</summary>
    public static readonly Reason DeleteRoot =
        new("Vfs.DeleteRoot", Errno.EBUSY, "the root stays");

    /// <summary>Renaming with bad flags.</summary>
    public static readonly Reason RenameFlags =
        new("Vfs.RenameFlags", Errno.EINVAL, "rename flags not known or contradictory");

    /// <summary>Renaming across volumes.</summary>
    public static readonly Reason RenameAcross =
        new("Vfs.RenameAcross", Errno.EXDEV, "the two paths are on different volumes");

    /// <summary>Renaming dots.</summary>
    public static readonly Reason RenameDots =
        new("Vfs.RenameDots", Errno.EBUSY, "the old name is \".\" or \"..\", or the root");

    /// <summary>Renaming onto dots.</summary>
    public static readonly Reason RenameOntoDots =
        new("Vfs.RenameOntoDots", Errno.EBUSY, "the new name is \".\" or \"..\", or the root");

    /// <summary>Renaming onto dots without replacing.</summary>
    public static readonly Reason RenameOntoDotsExists =
        new("Vfs.RenameOntoDotsExists", Errno.EEXIST, "the new name is \".\" or \"..\", which exist");

    /// <summary>Renaming between directories opened by number.</summary>
    public static readonly Reason RenameDisconnected =
        new("Vfs.RenameDisconnected", Errno.ESTALE, "a directory is not connected to the root");

    /// <summary>Renaming nothing.</summary>
    public static readonly Reason RenameMissing =
        new("Vfs.RenameMissing", Errno.ENOENT, "nothing to rename: no such name");

    /// <summary>Renaming without replacing.</summary>
    public static readonly Reason RenameExists =
        new("Vfs.RenameExists", Errno.EEXIST, "RENAME_NOREPLACE, but the new name exists");

    /// <summary>Exchanging with nothing.</summary>
    public static readonly Reason RenameExchangeMissing =
        new("Vfs.RenameExchangeMissing", Errno.ENOENT, "RENAME_EXCHANGE, but the new name does not exist");

    /// <summary>Exchanging with a slash.</summary>
    public static readonly Reason RenameExchangeSlash =
        new("Vfs.RenameExchangeSlash", Errno.ENOTDIR, "RENAME_EXCHANGE, and a slash follows the name of a file");

    /// <summary>Renaming with a slash.</summary>
    public static readonly Reason RenameSlash =
        new("Vfs.RenameSlash", Errno.ENOTDIR, "a slash follows the name of a file");

    /// <summary>Renaming into itself.</summary>
    public static readonly Reason RenameIntoItself =
        new("Vfs.RenameIntoItself", Errno.EINVAL, "a directory cannot move into itself or below");

    /// <summary>Exchanging with an ancestor.</summary>
    public static readonly Reason RenameExchangeAncestor =
        new("Vfs.RenameExchangeAncestor", Errno.EINVAL, "a directory cannot be exchanged with one below it");

    /// <summary>Renaming onto an ancestor.</summary>
    public static readonly Reason RenameOntoAncestor =
        new("Vfs.RenameOntoAncestor", Errno.ENOTEMPTY, "the directory to be replaced has the old name in or below it");

    /// <summary>RENAME_WHITEOUT.</summary>
    public static readonly Reason RenameWhiteout =
        new("Vfs.RenameWhiteout", Errno.EINVAL, "whiteouts are not supported");

    /// <summary>One directory too many, by rename.</summary>
    public static readonly Reason RenameTooManyLinks =
        new("Vfs.RenameTooManyLinks", Errno.EMLINK, "the new parent has as many subdirectories as it can");

    /// <summary>Open flags that cannot go together.</summary>
    public static readonly Reason OpenContradiction =
        new("Vfs.OpenContradiction", Errno.EINVAL, "open flags contradict each other");

    /// <summary>Creating a directory with open.</summary>
    public static readonly Reason OpenCreateDirectory =
        new("Vfs.OpenCreateDirectory", Errno.EISDIR, "O_CREAT, but the path can only mean a directory");

    /// <summary>O_EXCL at the root or at dots.</summary>
    public static readonly Reason OpenDotsExist =
        new("Vfs.OpenDotsExist", Errno.EEXIST, "O_EXCL, but \".\" or \"..\" or the root exists");

    /// <summary>Remounting read-only with files that are to go.</summary>
    public static readonly Reason RemountUnlinked =
        new("Vfs.RemountUnlinked", Errno.EBUSY, "cannot become read-only: a file without a name is still open");

    /// <summary>Creating what exists.</summary>
    public static readonly Reason OpenExists =
        new("Vfs.OpenExists", Errno.EEXIST, "O_EXCL, but the file exists");

    /// <summary>O_TMPFILE at a file.</summary>
    public static readonly Reason TmpfileNotDirectory =
        new("Vfs.TmpfileNotDirectory", Errno.ENOTDIR, "O_TMPFILE, but not a directory");

    /// <summary>Overwriting an append-only file.</summary>
    public static readonly Reason OpenAppendOnly =
        new("Vfs.OpenAppendOnly", Errno.EPERM, "the file is append-only");

    /// <summary>O_NOATIME by another.</summary>
    public static readonly Reason OpenNoAccessTime =
        new("Vfs.OpenNoAccessTime", Errno.EPERM, "O_NOATIME is for the owner");

    /// <summary>F_SETFL after close.</summary>
    public static readonly Reason StatusClosed =
        new("Vfs.StatusClosed", Errno.EBADF, "cannot change flags: the open file was closed, or is O_PATH");

    /// <summary>F_SETFL that takes O_APPEND away.</summary>
    public static readonly Reason StatusAppendOnly =
        new("Vfs.StatusAppendOnly", Errno.EPERM, "the file is append-only, so O_APPEND stays");

    /// <summary>F_SETFL with O_NOATIME by another.</summary>
    public static readonly Reason StatusNoAccessTime =
        new("Vfs.StatusNoAccessTime", Errno.EPERM, "O_NOATIME is for the owner, also later");

    /// <summary>Freezing without the right to.</summary>
    public static readonly Reason FreezePrivileged =
        new("Vfs.FreezePrivileged", Errno.EPERM, "freezing needs CAP_SYS_ADMIN");

    /// <summary>Thawing without the right to.</summary>
    public static readonly Reason ThawPrivileged =
        new("Vfs.ThawPrivileged", Errno.EPERM, "thawing needs CAP_SYS_ADMIN");

    /// <summary>syncfs after close.</summary>
    public static readonly Reason SyncVolumeClosed =
        new("Vfs.SyncVolumeClosed", Errno.EBADF, "cannot sync the volume: the open file was closed, is O_PATH, or is on another volume");

    /// <summary>Attributes of a closed file.</summary>
    public static readonly Reason XattrClosed =
        new("Vfs.XattrClosed", Errno.EBADF, "cannot use attributes: the open file was closed, is O_PATH, or is on another volume");

    /// <summary>Listing with O_PATH.</summary>
    public static readonly Reason ListPathOnly =
        new("Vfs.ListPathOnly", Errno.EBADF, "O_PATH: cannot list");

    /// <summary>Listing a removed directory.</summary>
    public static readonly Reason ListRemoved =
        new("Vfs.ListRemoved", Errno.ENOENT, "the directory was removed, so it cannot be listed");

    /// <summary>Changing attributes after close.</summary>
    public static readonly Reason ChangeClosed =
        new("Vfs.ChangeClosed", Errno.EBADF, "cannot change attributes: the open file was closed, is O_PATH, or is on another volume");

    /// <summary>chmod of a link.</summary>
    public static readonly Reason ChmodLink =
        new("Vfs.ChmodLink", Errno.EOPNOTSUPP, "a symbolic link has no permissions of its own");

    /// <summary>chmod of what chattr made fast.</summary>
    public static readonly Reason ChmodFixed =
        new("Vfs.ChmodFixed", Errno.EPERM, "cannot change the mode: immutable or append-only");

    /// <summary>chmod by another.</summary>
    public static readonly Reason ChmodNotOwner =
        new("Vfs.ChmodNotOwner", Errno.EPERM, "only the owner may change the mode");

    /// <summary>chown of what chattr made fast.</summary>
    public static readonly Reason ChownFixed =
        new("Vfs.ChownFixed", Errno.EPERM, "cannot change the owner: immutable or append-only");

    /// <summary>chown to another user.</summary>
    public static readonly Reason ChownUser =
        new("Vfs.ChownUser", Errno.EPERM, "only a privileged caller may give a file away");

    /// <summary>chown to another group.</summary>
    public static readonly Reason ChownGroup =
        new("Vfs.ChownGroup", Errno.EPERM, "only the owner may change the group, and only to one of theirs");

    /// <summary>Bad nanoseconds.</summary>
    public static readonly Reason TimesInvalid =
        new("Vfs.TimesInvalid", Errno.EINVAL, "nanoseconds beyond a second");

    /// <summary>Touching what chattr made immutable.</summary>
    public static readonly Reason TouchImmutable =
        new("Vfs.TouchImmutable", Errno.EPERM, "cannot touch: immutable");

    /// <summary>Setting times of what chattr made fast.</summary>
    public static readonly Reason TimesFixed =
        new("Vfs.TimesFixed", Errno.EPERM, "cannot set times: immutable or append-only");

    /// <summary>Setting times by another.</summary>
    public static readonly Reason TimesNotOwner =
        new("Vfs.TimesNotOwner", Errno.EPERM, "only the owner may set times");

    /// <summary>chattr by another.</summary>
    public static readonly Reason FlagsNotOwner =
        new("Vfs.FlagsNotOwner", Errno.EPERM, "only the owner may change flags");

    /// <summary>chattr +i without the capability.</summary>
    public static readonly Reason FlagsPrivileged =
        new("Vfs.FlagsPrivileged", Errno.EPERM, "immutable and append-only need CAP_LINUX_IMMUTABLE");

    /// <summary>chattr with a flag the driver has not.</summary>
    public static readonly Reason FlagsUnknown =
        new("Vfs.FlagsUnknown", Errno.EOPNOTSUPP, "the driver has no such flag");

    /// <summary>Reading an attribute with an impossible name.</summary>
    public static readonly Reason XattrNameLength =
        new("Vfs.XattrNameLength", Errno.ERANGE, "attribute names have 1 to 255 bytes");

    /// <summary>Setting an attribute with bad flags.</summary>
    public static readonly Reason XattrFlags =
        new("Vfs.XattrFlags", Errno.EINVAL, "flags of setxattr not known");

    /// <summary>A value that is too long.</summary>
    public static readonly Reason XattrTooBig =
        new("Vfs.XattrTooBig", Errno.E2BIG, "attribute values have at most 64 KiB");

    /// <summary>A trusted attribute, asked for by another.</summary>
    public static readonly Reason XattrHidden =
        new("Vfs.XattrHidden", Errno.ENODATA, "trusted attributes are hidden from ordinary callers");

    /// <summary>A user attribute of something special.</summary>
    public static readonly Reason XattrUserMissing =
        new("Vfs.XattrUserMissing", Errno.ENODATA, "only files and directories have user attributes");

    /// <summary>Setting a user attribute of something special.</summary>
    public static readonly Reason XattrUserOfSpecial =
        new("Vfs.XattrUserOfSpecial", Errno.EPERM, "only files and directories can have user attributes");

    /// <summary>Setting an attribute of another's sticky directory.</summary>
    public static readonly Reason XattrUserSticky =
        new("Vfs.XattrUserSticky", Errno.EPERM, "user attributes of a sticky directory are the owner's");

    /// <summary>Setting an attribute of what chattr made fast.</summary>
    public static readonly Reason XattrFixed =
        new("Vfs.XattrFixed", Errno.EPERM, "cannot change attributes: immutable or append-only");

    /// <summary>Setting a trusted or security attribute.</summary>
    public static readonly Reason XattrPrivileged =
        new("Vfs.XattrPrivileged", Errno.EPERM, "attributes of this namespace need a capability");

    /// <summary>A namespace without a name.</summary>
    public static readonly Reason XattrBareNamespace =
        new("Vfs.XattrBareNamespace", Errno.EINVAL, "an attribute name needs more than its namespace");

    /// <summary>An unknown namespace.</summary>
    public static readonly Reason XattrNamespace =
        new("Vfs.XattrNamespace", Errno.EOPNOTSUPP, "attribute namespace not known");

    /// <summary>An unknown system attribute.</summary>
    public static readonly Reason XattrSystem =
        new("Vfs.XattrSystem", Errno.EOPNOTSUPP, "system attribute not known");

    /// <summary>Setting an ACL of what chattr made fast.</summary>
    public static readonly Reason AclFixed =
        new("Vfs.AclFixed", Errno.EPERM, "cannot change an ACL: immutable or append-only");

    /// <summary>Setting an ACL of a link.</summary>
    public static readonly Reason AclOfLink =
        new("Vfs.AclOfLink", Errno.EOPNOTSUPP, "a symbolic link has no ACL");

    /// <summary>Setting an ACL by another.</summary>
    public static readonly Reason AclNotOwner =
        new("Vfs.AclNotOwner", Errno.EPERM, "only the owner may change an ACL");

    /// <summary>Setting a default ACL of a file.</summary>
    public static readonly Reason AclDefaultOfFile =
        new("Vfs.AclDefaultOfFile", Errno.EACCES, "only a directory has a default ACL");

    /// <summary>An ACL of impossible length.</summary>
    public static readonly Reason AclLength =
        new("Vfs.AclLength", Errno.EINVAL, "the length of an ACL is impossible");

    /// <summary>An ACL of another version.</summary>
    public static readonly Reason AclVersion =
        new("Vfs.AclVersion", Errno.EOPNOTSUPP, "version of an ACL not known");

    /// <summary>An ACL that is not well formed.</summary>
    public static readonly Reason AclEntries =
        new("Vfs.AclEntries", Errno.EINVAL, "the entries of an ACL are not those that acl(5) asks for");

    /// <summary>A handle whose inode is gone.</summary>
    public static readonly Reason HandleStale =
        new("Vfs.HandleStale", Errno.ESTALE, "the inode of a file handle is gone");

    /// <summary>Writing to a file that was closed.</summary>
    public static readonly Reason WriteClosed =
        new("Vfs.WriteClosed", Errno.EBADF, "file is closed");

    /// <summary>Writing to a file that was not opened for it.</summary>
    public static readonly Reason NotWritable =
        new("Vfs.NotWritable", Errno.EBADF, "file is not open for writing");

    /// <summary>Writing to what has no data, or on a driver that cannot.</summary>
    public static readonly Reason WriteRefused =
        new("Vfs.WriteRefused", Errno.EINVAL, "cannot be written");

    /// <summary>Writing before the start.</summary>
    public static readonly Reason WritePosition =
        new("Vfs.WritePosition", Errno.EINVAL, "file position negative, or its end beyond any offset");

    /// <summary>Writing beyond the largest size.</summary>
    public static readonly Reason WriteTooLarge =
        new("Vfs.WriteTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>Truncating a closed file.</summary>
    public static readonly Reason TruncateClosed =
        new("Vfs.TruncateClosed", Errno.EBADF, "file is closed");

    /// <summary>Truncating what cannot be, or to a negative size.</summary>
    public static readonly Reason TruncateInvalid =
        new("Vfs.TruncateInvalid", Errno.EINVAL, "not a regular file open for writing, or a negative size");

    /// <summary>Truncating an append-only file.</summary>
    public static readonly Reason TruncateAppendOnly =
        new("Vfs.TruncateAppendOnly", Errno.EPERM, "append-only file cannot be truncated");

    /// <summary>fallocate on a file that is not open for writing.</summary>
    public static readonly Reason FallocateNotWritable =
        new("Vfs.FallocateNotWritable", Errno.EBADF, "file is not open for writing");

    /// <summary>fallocate with an impossible range.</summary>
    public static readonly Reason FallocateRange =
        new("Vfs.FallocateRange", Errno.EINVAL, "offset must not be negative, length must be positive");

    /// <summary>fallocate with modes that do not go together.</summary>
    public static readonly Reason FallocateMode =
        new("Vfs.FallocateMode", Errno.EOPNOTSUPP, "fallocate mode not supported");

    /// <summary>fallocate on what is no regular file.</summary>
    public static readonly Reason FallocateNotRegular =
        new("Vfs.FallocateNotRegular", Errno.ENODEV, "not a regular file that can be written");

    /// <summary>fallocate on what chattr made fast.</summary>
    public static readonly Reason FallocateFixed =
        new("Vfs.FallocateFixed", Errno.EPERM, "immutable or append-only file");

    /// <summary>fallocate beyond the largest size.</summary>
    public static readonly Reason FallocateTooLarge =
        new("Vfs.FallocateTooLarge", Errno.EFBIG, "the file would become larger than the file system allows");

    /// <summary>Syncing a closed file.</summary>
    public static readonly Reason SyncClosed =
        new("Vfs.SyncClosed", Errno.EBADF, "file is closed");

    /// <summary>Data could not be written since the last sync.</summary>
    public static readonly Reason WritebackError =
        new("Vfs.WritebackError", Errno.EIO, "data of the file could not be written");

    /// <summary>Copying to a file that is not open for that.</summary>
    public static readonly Reason CopyNotWritable =
        new("Vfs.CopyNotWritable", Errno.EBADF, "the target is not open for writing, or only for appending");

    /// <summary>Copying what cannot be.</summary>
    public static readonly Reason CopyInvalid =
        new("Vfs.CopyInvalid", Errno.EINVAL, "not regular files, or a negative position or length");

    /// <summary>Copying to where no file reaches.</summary>
    public static readonly Reason CopyTooLarge =
        new("Vfs.CopyTooLarge", Errno.EFBIG, "the copy would end beyond what a file position can say");

    /// <summary>Copying a range of a file onto itself.</summary>
    public static readonly Reason CopyOverlap =
        new("Vfs.CopyOverlap", Errno.EINVAL, "the two ranges of the file overlap");

    /// <summary>Sharing between files that are not open for that.</summary>
    public static readonly Reason RemapNotOpen =
        new("Vfs.RemapNotOpen", Errno.EBADF, "not open for reading, not open for writing, or only for appending");

    /// <summary>Sharing between volumes.</summary>
    public static readonly Reason RemapVolumes =
        new("Vfs.RemapVolumes", Errno.EXDEV, "the files are on different volumes");

    /// <summary>Sharing what cannot be.</summary>
    public static readonly Reason RemapInvalid =
        new("Vfs.RemapInvalid", Errno.EINVAL, "not regular files that can be written, or an impossible range");

    /// <summary>Sharing with what chattr made fast.</summary>
    public static readonly Reason RemapFixed =
        new("Vfs.RemapFixed", Errno.EPERM, "immutable or append-only file");

    /// <summary>Truncating to a negative size.</summary>
    public static readonly Reason TruncateNegative =
        new("Vfs.TruncateNegative", Errno.EINVAL, "negative size");

    /// <summary>Truncating a directory.</summary>
    public static readonly Reason TruncateDirectory =
        new("Vfs.TruncateDirectory", Errno.EISDIR, "a directory cannot be truncated");

    /// <summary>Truncating what has no data.</summary>
    public static readonly Reason TruncateSpecial =
        new("Vfs.TruncateSpecial", Errno.EINVAL, "not a regular file");

    /// <summary>Truncating what chattr made fast.</summary>
    public static readonly Reason TruncateFixed =
        new("Vfs.TruncateFixed", Errno.EPERM, "immutable or append-only file");
}
