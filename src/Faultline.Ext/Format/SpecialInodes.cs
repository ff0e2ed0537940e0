// Numbers of inodes that mean something.

namespace Faultline.Ext.Format;

/// <summary>Reserved inode numbers.</summary>
/// <source>Linux Documentation/filesystems/ext4/special_inodes.rst</source>
internal static class SpecialInodes
{
    /// <summary>Bad blocks.</summary>
    internal const uint BadBlocks = 1;

    /// <summary>Root directory.</summary>
    internal const uint Root = 2;

    /// <summary>Boot loader.</summary>
    internal const uint BootLoader = 5;

    /// <summary>Reserved descriptor blocks.</summary>
    internal const uint Resize = 7;

    /// <summary>First inode for users on volumes of revision 0.</summary>
    internal const uint FirstInodeRevision0 = 11;
}
