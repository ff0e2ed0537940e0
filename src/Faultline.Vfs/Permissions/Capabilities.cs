// What a caller may do beyond its user and groups.

using System;

namespace Faultline.Vfs.Permissions;

/// <summary>Capabilities that a file system asks for. Each value is the bit of Linux's number.</summary>
/// <source>capabilities(7)</source>
[Flags]
public enum Capabilities : long
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>CAP_CHOWN: change any owner and group.</summary>
    ChangeOwner = 1L << 0,

    /// <summary>CAP_DAC_OVERRIDE: pass read, write and execute checks.</summary>
    DacOverride = 1L << 1,

    /// <summary>CAP_DAC_READ_SEARCH: read every file, search every directory, open by handle.</summary>
    DacReadSearch = 1L << 2,

    /// <summary>CAP_FOWNER: pass where the owner is asked for.</summary>
    FileOwner = 1L << 3,

    /// <summary>CAP_FSETID: keep setuid and setgid bits.</summary>
    FileSetId = 1L << 4,

    /// <summary>CAP_LINUX_IMMUTABLE: set the immutable and append-only flags.</summary>
    LinuxImmutable = 1L << 9,

    /// <summary>CAP_SYS_ADMIN: trusted and security attributes.</summary>
    SystemAdmin = 1L << 21,

    /// <summary>CAP_SYS_RESOURCE: use reserved space.</summary>
    SystemResource = 1L << 24,

    /// <summary>CAP_MKNOD: make device nodes.</summary>
    MakeNode = 1L << 27,

    /// <summary>CAP_SETFCAP: set file capabilities.</summary>
    SetFileCapabilities = 1L << 31,

    /// <summary>All of them.</summary>
    All = ChangeOwner | DacOverride | DacReadSearch | FileOwner | FileSetId | LinuxImmutable
        | SystemAdmin | SystemResource | MakeNode | SetFileCapabilities,
}
