// Flags of open(2), with the values of x86-64 and most other Linux architectures.

using System;

namespace Faultline.Abi;

/// <summary>Flags of open(2), Linux spelling and values.</summary>
/// <source>open(2)</source>
[Flags]
public enum OpenFlags
{
    /// <summary>Read only (the absence of a write bit).</summary>
    O_RDONLY = 0,

    /// <summary>Write only.</summary>
    O_WRONLY = 0x1,

    /// <summary>Read and write.</summary>
    O_RDWR = 0x2,

    /// <summary>Mask of the access mode.</summary>
    O_ACCMODE = 0x3,

    /// <summary>Create if missing.</summary>
    O_CREAT = 0x40,

    /// <summary>Fail if it exists.</summary>
    O_EXCL = 0x80,

    /// <summary>Never becomes a controlling terminal. Without effect here.</summary>
    O_NOCTTY = 0x100,

    /// <summary>Truncate to zero.</summary>
    O_TRUNC = 0x200,

    /// <summary>Append.</summary>
    O_APPEND = 0x400,

    /// <summary>Do not block.</summary>
    O_NONBLOCK = 0x800,

    /// <summary>Data-synchronous writes.</summary>
    O_DSYNC = 0x1000,

    /// <summary>Bypass the page cache.</summary>
    O_DIRECT = 0x4000,

    /// <summary>Sizes beyond 2 GiB. Always so.</summary>
    O_LARGEFILE = 0x8000,

    /// <summary>Must be a directory.</summary>
    O_DIRECTORY = 0x10000,

    /// <summary>Do not follow a final symbolic link (ELOOP).</summary>
    O_NOFOLLOW = 0x20000,

    /// <summary>Do not update the access time.</summary>
    O_NOATIME = 0x40000,

    /// <summary>Closed on execution. Without effect here.</summary>
    O_CLOEXEC = 0x80000,

    /// <summary>Synchronous writes: O_DSYNC and metadata.</summary>
    O_SYNC = 0x101000,

    /// <summary>Only a handle on the name: no data access.</summary>
    O_PATH = 0x200000,

    /// <summary>A new file without a name, in the directory given; includes O_DIRECTORY.</summary>
    O_TMPFILE = 0x410000,
}
