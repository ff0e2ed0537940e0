// What a copy into a volume did.

using System.Collections.Generic;
using Faultline.Trees;

namespace Faultline.Importing;

/// <summary>What a copy into a volume did.</summary>
/// <param name="Items">Files, directories and others copied.</param>
/// <param name="Bytes">Bytes of data copied.</param>
/// <param name="Kept">Files that were there and stayed.</param>
/// <param name="Problems">What could not be copied; the rest was.</param>
public sealed record ImportResult(long Items, long Bytes, long Kept, IReadOnlyList<TreeProblem> Problems);
