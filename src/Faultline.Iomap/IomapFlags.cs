// Properties of a mapping beside its type.

using System;

namespace Faultline.Iomap;

/// <summary>Properties of a mapping beside its type.</summary>
[Flags]
public enum IomapFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Just allocated: the parts not written must be zeroed.</summary>
    New = 1,

    /// <summary>Reaching the data needs metadata that is not committed.</summary>
    Dirty = 2,

    /// <summary>The blocks are shared with another file; writing copies.</summary>
    Shared = 4,

    /// <summary>The mapping was found out of date under the folio lock; sample again.</summary>
    Stale = 8,

    /// <summary>Fiemap: the data are encoded on disk (encrypted).</summary>
    Encoded = 16,

    /// <summary>Fiemap: the extent is the last of the file.</summary>
    Last = 32,
}
