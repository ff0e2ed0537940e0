// What a directory block must be, by its place. It travels in the buffer cache's context.

namespace Faultline.Ext.Directories;

/// <summary>What a directory block must be.</summary>
internal enum DirectoryBlockKind : uint
{
    /// <summary>Records, in a directory without a hash tree.</summary>
    Records = 0,

    /// <summary>Root of a hash tree.</summary>
    HtreeRoot = 1,

    /// <summary>Inner block or leaf of a hash tree: the block tells.</summary>
    HtreeOther = 2,
}
