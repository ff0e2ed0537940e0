// What statfs(2) answers.

namespace Faultline.Conformance;

/// <summary>Space and limits.</summary>
public sealed record StatFsData(
    long BlockSize, ulong Blocks, ulong BlocksFree, ulong BlocksAvailable, ulong Files, ulong FilesFree, long NameMax);
