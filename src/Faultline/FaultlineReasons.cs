// Why the public face refuses: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline;

/// <summary>Reasons of the public face.</summary>
public static class FaultlineReasons
{
    /// <summary>No driver knows the volume.</summary>
    public static readonly Reason NotRecognised =
        new("Faultline.NotRecognised", Errno.EINVAL, "no file system was recognised");

    /// <summary>A partition that does not exist.</summary>
    public static readonly Reason NoSuchPartition =
        new("Faultline.NoSuchPartition", Errno.ENXIO, "no such partition");

    /// <summary>Several partitions and none was named.</summary>
    public static readonly Reason PartitionNeeded =
        new("Faultline.PartitionNeeded", Errno.EINVAL, "the image holds several partitions: say which");

    /// <summary>A stream that cannot seek.</summary>
    public static readonly Reason StreamNotSeekable =
        new("Faultline.StreamNotSeekable", Errno.ESPIPE, "an image must be a stream that can seek");

    /// <summary>A file larger than the caller allows.</summary>
    public static readonly Reason FileTooLarge =
        new("Faultline.FileTooLarge", Errno.EFBIG, "file is larger than the caller allows");

    /// <summary>A name that no directory may hold.</summary>
    public static readonly Reason ImpossibleName =
        new("Faultline.ImpossibleName", Errno.EUCLEAN, "directory entry: name is empty or holds a slash or a zero byte");

    /// <summary>A directory with two parents, or a loop.</summary>
    public static readonly Reason DirectoryTwice =
        new("Faultline.DirectoryTwice", Errno.EUCLEAN, "directory: reached by a second name or by a loop, not entered again");

    /// <summary>The host refused one item of a copy.</summary>
    public static readonly Reason HostRefused =
        new("Faultline.HostRefused", Errno.EIO, "the host refused");

    /// <summary>The directory that a copy goes to cannot be opened.</summary>
    public static readonly Reason NoTarget =
        new("Faultline.NoTarget", Errno.ENOENT, "the target directory cannot be opened");

    /// <summary>A directory of the host that was moved away while it was filled.</summary>
    public static readonly Reason TargetMoved =
        new("Faultline.TargetMoved", Errno.EIO, "a directory of the target was moved during the copy");

    /// <summary>A tree deeper than any real one.</summary>
    public static readonly Reason TreeTooDeep =
        new("Faultline.TreeTooDeep", Errno.ENAMETOOLONG, "path from the start of the walk exceeds 64 KiB, not entered");

    /// <summary>A directory deeper than any real one, in a listing.</summary>
    public static readonly Reason ListTooDeep =
        new("Faultline.ListTooDeep", Errno.ENAMETOOLONG, "path exceeds 64 KiB, not listed");

    /// <summary>A directory without recursion.</summary>
    public static readonly Reason NotRecursive =
        new("Faultline.NotRecursive", Errno.EISDIR, "is a directory, and the copy is not recursive");

    /// <summary>Something the host does not permit or know.</summary>
    public static readonly Reason NotPreserved =
        new("Faultline.NotPreserved", Errno.EPERM, "the host did not let it be preserved");

    /// <summary>Data that end before the size says.</summary>
    public static readonly Reason ShortFile =
        new("Faultline.ShortFile", Errno.EUCLEAN, "file ended before its size");

    /// <summary>A socket in a tar export.</summary>
    public static readonly Reason TarType =
        new("Faultline.TarType", Errno.EOPNOTSUPP, "tar cannot hold an inode of this type");

    /// <summary>A file or directory of the host that cannot be read.</summary>
    public static readonly Reason HostUnreadable =
        new("Faultline.HostUnreadable", Errno.EACCES, "the host does not let it be read");

    /// <summary>The same where the host is not Linux.</summary>
    public static readonly Reason HostUnreadablePortable =
        new("Faultline.HostUnreadablePortable", Errno.EACCES, "the host does not let it be read");

    /// <summary>An extended attribute that is not there.</summary>
    public static readonly Reason XattrMissing =
        new("Faultline.XattrMissing", Errno.ENODATA, "no such extended attribute");

    /// <summary>A directory that is to be removed without what it holds.</summary>
    public static readonly Reason DirectoryNeedsRecursion =
        new("Faultline.DirectoryNeedsRecursion", Errno.EISDIR, "is a directory");

    /// <summary>Several things are to go to something that is no directory.</summary>
    public static readonly Reason TargetNoDirectory =
        new("Faultline.TargetNoDirectory", Errno.ENOTDIR, "target is no directory");

    /// <summary>A new name that is no single component.</summary>
    public static readonly Reason BadNewName =
        new("Faultline.BadNewName", Errno.EINVAL, "the new name must be one component: no slash, no zero byte, neither . nor ..");

    /// <summary>A stream that does not tell its length.</summary>
    public static readonly Reason StreamUnmeasured =
        new("Faultline.StreamUnmeasured", Errno.EIO, "the image's stream does not tell its length");

    /// <summary>An exception of the caller's stream.</summary>
    public static readonly Reason StreamFailed =
        new("Faultline.StreamFailed", Errno.EIO, "the image's stream failed");

    /// <summary>An image that is to be made needs a size.</summary>
    public static readonly Reason FormatSize =
        new("Faultline.FormatSize", Errno.EINVAL, "an image that is not there needs a size");

    /// <summary>An image holds a volume.</summary>
    public static readonly Reason FormatExists =
        new("Faultline.FormatExists", Errno.EEXIST, "the image holds a volume: say that it may be replaced");

    /// <summary>The host does not make the image.</summary>
    public static readonly Reason FormatHost =
        new("Faultline.FormatHost", Errno.EIO, "the host does not make the image");

    /// <summary>A tree's root is no directory.</summary>
    public static readonly Reason BuildRoot =
        new("Faultline.BuildRoot", Errno.ENOTDIR, "source: its root has to be a directory");

    /// <summary>Something below what is no directory.</summary>
    public static readonly Reason BuildNoDirectory = new(
        "Faultline.BuildNoDirectory", Errno.ENOTDIR, "source: a name on the way is no directory (links are not followed)");

    /// <summary>A path that leaves the tree.</summary>
    public static readonly Reason BuildDotDot =
        new("Faultline.BuildDotDot", Errno.EINVAL, "source: a path with \"..\" in it");

    /// <summary>A source that may not be read.</summary>
    public static readonly Reason BuildSourceDenied =
        new("Faultline.BuildSourceDenied", Errno.EACCES, "source: the host does not let it be read");

    /// <summary>A source that is not there.</summary>
    public static readonly Reason BuildSourceMissing =
        new("Faultline.BuildSourceMissing", Errno.ENOENT, "source: not there, or no directory, or gone in between");

    /// <summary>A source that cannot be read.</summary>
    public static readonly Reason BuildSourceFailed =
        new("Faultline.BuildSourceFailed", Errno.EIO, "source: the host failed to read it");

    /// <summary>A file that got shorter.</summary>
    public static readonly Reason BuildSourceShort =
        new("Faultline.BuildSourceShort", Errno.EIO, "source: a file became shorter while the image was built");

    /// <summary>The same where the host is not Linux.</summary>
    public static readonly Reason BuildSourceShortPortable =
        new("Faultline.BuildSourceShortPortable", Errno.EIO, "source: a file became shorter while the image was built");

    /// <summary>A source that cannot be read where the host is not Linux.</summary>
    public static readonly Reason BuildSourcePortable =
        new("Faultline.BuildSourcePortable", Errno.EIO, "source: the host does not let it be read");

    /// <summary>An image holds a volume.</summary>
    public static readonly Reason BuildExists =
        new("Faultline.BuildExists", Errno.EEXIST, "the image holds a volume: say that it may be replaced");

    /// <summary>The host does not make the image.</summary>
    public static readonly Reason BuildHost =
        new("Faultline.BuildHost", Errno.EIO, "the host does not make the image");

    /// <summary>A block that is no header.</summary>
    public static readonly Reason ArchiveHeader =
        new("Faultline.ArchiveHeader", Errno.EUCLEAN, "archive: no tar archive, or damaged: wrong checksum of a header");

    /// <summary>An archive that contradicts itself.</summary>
    public static readonly Reason ArchiveDamaged =
        new("Faultline.ArchiveDamaged", Errno.EUCLEAN, "archive: damaged, or it ends early");

    /// <summary>An entry of a kind that is not read.</summary>
    public static readonly Reason ArchiveType =
        new("Faultline.ArchiveType", Errno.EOPNOTSUPP, "archive: an entry of a type that is not read");

    /// <summary>An entry without a name.</summary>
    public static readonly Reason ArchiveName =
        new("Faultline.ArchiveName", Errno.EUCLEAN, "archive: an entry without a name");

    /// <summary>A hard link to nothing.</summary>
    public static readonly Reason ArchiveLink =
        new("Faultline.ArchiveLink", Errno.ENOENT, "archive: a hard link to what is not there, or to a directory");

    /// <summary>An attribute that is not encoded as it says.</summary>
    public static readonly Reason ArchiveXattr =
        new("Faultline.ArchiveXattr", Errno.EUCLEAN, "archive: an extended attribute that is no base64");

    /// <summary>An ACL that cannot be read.</summary>
    public static readonly Reason ArchiveAcl = new(
        "Faultline.ArchiveAcl", Errno.EINVAL, "archive: an ACL that is malformed, or names somebody whom neither its entries nor its passwd know");

    /// <summary>A compression that is not read.</summary>
    public static readonly Reason ArchiveCompression = new(
        "Faultline.ArchiveCompression", Errno.EOPNOTSUPP, "archive: compressed; decompress it and pass it on standard input");

    /// <summary>A gzip file that is damaged.</summary>
    public static readonly Reason ArchiveGzip =
        new("Faultline.ArchiveGzip", Errno.EUCLEAN, "archive: damaged gzip data");

    /// <summary>An archive that became shorter.</summary>
    public static readonly Reason ArchiveShort =
        new("Faultline.ArchiveShort", Errno.EIO, "archive: it became shorter while the image was built");

    /// <summary>The host does not read the archive.</summary>
    public static readonly Reason ArchiveHost =
        new("Faultline.ArchiveHost", Errno.EIO, "archive: the host failed to read it");

    /// <summary>No room for the archive's copy.</summary>
    public static readonly Reason ArchiveSpool = new(
        "Faultline.ArchiveSpool", Errno.EIO, "archive: it cannot be kept in a temporary file (TMPDIR says where)");

    /// <summary>The archive cannot be opened.</summary>
    public static readonly Reason ArchiveOpen =
        new("Faultline.ArchiveOpen", Errno.ENOENT, "archive: it cannot be opened");

    /// <summary>The archive may not be read.</summary>
    public static readonly Reason ArchiveDenied =
        new("Faultline.ArchiveDenied", Errno.EACCES, "archive: the host does not let it be read");

    /// <summary>A manifest that cannot be read.</summary>
    public static readonly Reason ManifestOpen =
        new("Faultline.ManifestOpen", Errno.ENOENT, "manifest: it, or a file that it names, cannot be read");

    /// <summary>A line of a manifest that says nothing.</summary>
    public static readonly Reason ManifestLine =
        new("Faultline.ManifestLine", Errno.EINVAL, "manifest: a line that is not understood");

    /// <summary>Something that is not there, and no type to make it.</summary>
    public static readonly Reason ManifestMissing = new(
        "Faultline.ManifestMissing", Errno.ENOENT, "manifest: not there; with type= it would be made, with optional passed over");

    /// <summary>A new node of which too little is said.</summary>
    public static readonly Reason ManifestNeeds =
        new("Faultline.ManifestNeeds", Errno.EINVAL, "manifest: to be made, it needs");

    /// <summary>A hard link to nothing.</summary>
    public static readonly Reason ManifestLink =
        new("Faultline.ManifestLink", Errno.ENOENT, "manifest: a hard link to what is not there, or to a directory");

    /// <summary>Contents that are not there.</summary>
    public static readonly Reason ManifestContents =
        new("Faultline.ManifestContents", Errno.ENOENT, "manifest: contents that are not there");

    /// <summary>Source: a link leads back to a directory above it.</summary>
    public static readonly Reason BuildSourceLoop =
        new("Faultline.BuildSourceLoop", Errno.ELOOP, "source: a link leads back to a directory above it");

    /// <summary>A directory is not copied over something else.</summary>
    public static readonly Reason ImportOverFile =
        new("Faultline.ImportOverFile", Errno.ENOTDIR, "a directory is not copied over something else");

    /// <summary>A directory is in the place of the copy.</summary>
    public static readonly Reason ImportOverDirectory =
        new("Faultline.ImportOverDirectory", Errno.EISDIR, "a directory is in the place of the copy");

    /// <summary>A directory is in the place of the copy of a file.</summary>
    public static readonly Reason ImportFileOverDirectory =
        new("Faultline.ImportFileOverDirectory", Errno.EISDIR, "a directory is in the place of the copy of a file");

    /// <summary>A link to nothing is in the place of the copy: it is not written through.</summary>
    public static readonly Reason ImportDangling =
        new("Faultline.ImportDangling", Errno.ENOENT, "a link to nothing is in the place of the copy: it is not written through");

    /// <summary>Source and copy are the same file.</summary>
    public static readonly Reason ImportSame =
        new("Faultline.ImportSame", Errno.EINVAL, "source and copy are the same file");

    /// <summary>A file became shorter while it was copied.</summary>
    public static readonly Reason ImportShort =
        new("Faultline.ImportShort", Errno.EIO, "a file became shorter while it was copied");

    /// <summary>A link leads back to a directory above it.</summary>
    public static readonly Reason ImportLoop =
        new("Faultline.ImportLoop", Errno.ELOOP, "a link leads back to a directory above it");

    /// <summary>A directory with a second name, or more directories by way of links than can be copied.</summary>
    public static readonly Reason ImportEndless =
        new("Faultline.ImportEndless", Errno.ELOOP, "a directory with a second name, or more directories by way of links than can be copied");

    /// <summary>Is a directory, and the copy is not recursive.</summary>
    public static readonly Reason ImportNotRecursive =
        new("Faultline.ImportNotRecursive", Errno.EISDIR, "is a directory, and the copy is not recursive");

    /// <summary>Is a directory of a volume, and the copy is not recursive.</summary>
    public static readonly Reason ImportVolumeNotRecursive =
        new("Faultline.ImportVolumeNotRecursive", Errno.EISDIR, "is a directory of a volume, and the copy is not recursive");

    /// <summary>A directory is not copied into itself.</summary>
    public static readonly Reason ImportIntoItself =
        new("Faultline.ImportIntoItself", Errno.EINVAL, "a directory is not copied into itself");

    /// <summary>Sharing of blocks.</summary>
    public static readonly Reason ReflinkUnsupported =
        new("Faultline.ReflinkUnsupported", Errno.EOPNOTSUPP, "reflink: ext2, ext3 and ext4 share no blocks between files");

    /// <summary>A file moved over a directory.</summary>
    public static readonly Reason MoveOverDirectory =
        new("Faultline.MoveOverDirectory", Errno.EISDIR, "a directory is in the place of what is moved");
}
