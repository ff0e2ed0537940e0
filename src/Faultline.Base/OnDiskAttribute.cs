// Marks an on-disk structure for the layout test.

using System;

namespace Faultline.Base;

/// <summary>An on-disk structure: the layout test checks its size and that its fields leave no gap
/// and no overlap.</summary>
[AttributeUsage(AttributeTargets.Struct)]
public sealed class OnDiskAttribute : Attribute
{
    /// <summary>Size in bytes on disk.</summary>
    public int Size { get; set; }
}
