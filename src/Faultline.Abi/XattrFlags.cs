// Flags of setxattr(2).

using System;

namespace Faultline.Abi;

/// <summary>Flags of setxattr(2), Linux spelling and values.</summary>
/// <source>setxattr(2)</source>
[Flags]
public enum XattrFlags
{
    /// <summary>Create or replace.</summary>
    None = 0,

    /// <summary>Fail with EEXIST if there is one.</summary>
    XATTR_CREATE = 1,

    /// <summary>Fail with ENODATA if there is none.</summary>
    XATTR_REPLACE = 2,
}
