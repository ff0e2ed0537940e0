// What was built.

using System.Collections.Generic;
using Faultline.Ext.Making;

namespace Faultline.Building;

/// <summary>What was built.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="SizeBytes">Bytes of the volume.</param>
/// <param name="ItemCount">Files, directories and others in it.</param>
/// <param name="ContentBytes">Bytes of contents that were written.</param>
/// <param name="Parts">What takes how many bytes; together the size.</param>
/// <param name="Notes">What went otherwise than one might expect, in words.</param>
public sealed record BuildResult(
    FormatSummary Volume,
    long SizeBytes,
    long ItemCount,
    long ContentBytes,
    IReadOnlyList<(string What, long Bytes)> Parts,
    IReadOnlyList<string> Notes);
