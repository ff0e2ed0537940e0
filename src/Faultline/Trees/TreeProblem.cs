// Something that went wrong at one place of a tree, while the rest went on.

using Faultline.Base;
using Faultline.Paths;

namespace Faultline.Trees;

/// <summary>Something that went wrong at one place of a tree, while the rest went on.</summary>
/// <param name="Path">Where.</param>
/// <param name="Error">What.</param>
public sealed record TreeProblem(UnixPath Path, FsError Error)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Error}";
}
