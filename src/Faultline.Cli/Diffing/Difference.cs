// One difference between two trees.

namespace Faultline.Cli.Diffing;

/// <summary>One difference.</summary>
/// <param name="Path">Path from the tops of the trees.</param>
/// <param name="What">What differs: presence, type, mode, owner, size, mtime, data, target, xattr.</param>
/// <param name="Left">On the left.</param>
/// <param name="Right">On the right.</param>
internal sealed record Difference(string Path, string What, string Left, string Right);
