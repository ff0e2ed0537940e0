// What backs a range of file blocks.

namespace Faultline.Ext.Mapping;

/// <summary>What backs a range of file blocks.</summary>
internal enum MapState
{
    /// <summary>Nothing.</summary>
    Hole,

    /// <summary>Blocks with data.</summary>
    Written,

    /// <summary>Blocks whose contents do not count yet.</summary>
    Unwritten,
}
