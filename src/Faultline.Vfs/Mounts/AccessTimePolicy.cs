// When reading updates the access time.

namespace Faultline.Vfs.Mounts;

/// <summary>When reading updates the access time. Without effect on a read-only mount.</summary>
public enum AccessTimePolicy
{
    /// <summary>Only when it is older than the modification or a day (relatime).</summary>
    Relative,

    /// <summary>Always (strictatime).</summary>
    Strict,

    /// <summary>Never (noatime).</summary>
    Never,
}
