// What damage leads to that is met while a volume is being changed.

namespace Faultline.Vfs.Mounts;

/// <summary>What damage leads to that is met while a volume is being changed (<c>errors=</c> of mount(8)).</summary>
public enum ErrorPolicy
{
    /// <summary>It is counted, and work goes on.</summary>
    Continue = 1,

    /// <summary>Nothing more is written.</summary>
    ReadOnly = 2,

    /// <summary>As <see cref="ReadOnly"/>: there is no machine to stop here.</summary>
    Panic = 3,
}
