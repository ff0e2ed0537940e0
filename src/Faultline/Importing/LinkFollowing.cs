// Which symbolic links of a source a copy follows.

namespace Faultline.Importing;

/// <summary>Which symbolic links of a source a copy follows.</summary>
public enum LinkFollowing
{
    /// <summary>None: links are copied as links.</summary>
    Never,

    /// <summary>Those that name the source itself.</summary>
    Source,

    /// <summary>All.</summary>
    Always,
}
