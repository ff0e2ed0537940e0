// File mode bits as stat(2) reports them and as ext and XFS store them.

namespace Faultline.Abi;

/// <summary>File type and permission bits of <c>st_mode</c>, Linux spelling, as 32-bit masks.</summary>
/// <source>inode(7)</source>
public static class ModeBits
{
    /// <summary>Mask of the file type.</summary>
    public const uint S_IFMT = 0xF000;

    /// <summary>Socket.</summary>
    public const uint S_IFSOCK = 0xC000;

    /// <summary>Symbolic link.</summary>
    public const uint S_IFLNK = 0xA000;

    /// <summary>Regular file.</summary>
    public const uint S_IFREG = 0x8000;

    /// <summary>Block device.</summary>
    public const uint S_IFBLK = 0x6000;

    /// <summary>Directory.</summary>
    public const uint S_IFDIR = 0x4000;

    /// <summary>Character device.</summary>
    public const uint S_IFCHR = 0x2000;

    /// <summary>Fifo.</summary>
    public const uint S_IFIFO = 0x1000;

    /// <summary>Set user id on execution.</summary>
    public const uint S_ISUID = 0x800;

    /// <summary>Set group id on execution.</summary>
    public const uint S_ISGID = 0x400;

    /// <summary>Sticky.</summary>
    public const uint S_ISVTX = 0x200;

    /// <summary>Permission bits with setuid, setgid and sticky.</summary>
    public const uint PermissionMask = 0xFFF;
}
