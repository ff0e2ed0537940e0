// What a copy does with a file that has its name already.

namespace Faultline.Importing;

/// <summary>What a copy does with a file that has its name already.</summary>
public enum ExistingTarget
{
    /// <summary>Its contents are replaced; it stays the file it is, with its owner, mode and other names.</summary>
    Overwrite,

    /// <summary>It is removed first; the copy is a new file.</summary>
    Replace,

    /// <summary>It stays.</summary>
    Keep,

    /// <summary>It stays unless it was modified before the source was.</summary>
    OverwriteOlder,
}
