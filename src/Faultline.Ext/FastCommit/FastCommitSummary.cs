// What a replay of fast commits did.

namespace Faultline.Ext.FastCommit;

/// <summary>What a replay of fast commits did.</summary>
/// <param name="CommitCount">Complete fast commits found and applied.</param>
/// <param name="TagCount">Changes in them.</param>
public sealed record FastCommitSummary(int CommitCount, int TagCount);
