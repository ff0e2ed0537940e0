// One change of a fast commit.

namespace Faultline.Ext.FastCommit;

/// <summary>One change of a fast commit.</summary>
/// <param name="Kind">What kind.</param>
/// <param name="Value">What it says, as stored.</param>
internal readonly record struct FastCommitTag(FastCommitTagKind Kind, byte[] Value);
