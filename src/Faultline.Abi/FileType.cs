// File types as directory entries carry them.

namespace Faultline.Abi;

/// <summary>Type of a directory entry, with the values of <c>d_type</c> (readdir(3)).</summary>
public enum FileType
{
    /// <summary>Not recorded in the directory.</summary>
    Unknown = 0,

    /// <summary>Fifo.</summary>
    Fifo = 1,

    /// <summary>Character device.</summary>
    CharacterDevice = 2,

    /// <summary>Directory.</summary>
    Directory = 4,

    /// <summary>Block device.</summary>
    BlockDevice = 6,

    /// <summary>Regular file.</summary>
    Regular = 8,

    /// <summary>Symbolic link.</summary>
    SymbolicLink = 10,

    /// <summary>Socket.</summary>
    Socket = 12,
}
