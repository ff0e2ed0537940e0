// What a copy or an export did.

using System.Collections.Generic;
using Faultline.Trees;

namespace Faultline.Extraction;

/// <summary>What a copy or an export did.</summary>
/// <param name="Items">Files, directories and others.</param>
/// <param name="Bytes">Bytes of file data, holes not counted.</param>
/// <param name="Problems">What could not be read or made; everything else was.</param>
/// <param name="Notes">What the host did not permit to be preserved: owners, device nodes, attributes.</param>
public sealed record ExtractionResult(
    long Items, long Bytes, IReadOnlyList<TreeProblem> Problems, IReadOnlyList<TreeProblem> Notes);
