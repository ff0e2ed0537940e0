// One step of a sequence. Numbers are drawn when the sequence is made, so that a sequence can be cut and run
// again; what they
// mean depends on the state at that time.

namespace Faultline.Reference;

/// <summary>One step.</summary>
/// <param name="Kind">What.</param>
/// <param name="File">Which file.</param>
/// <param name="Other">The other file, where there are two.</param>
/// <param name="A">A position, scaled to the file.</param>
/// <param name="B">A length.</param>
/// <param name="C">Anything else: contents, flags.</param>
internal readonly record struct ModelOp(ModelOpKind Kind, int File, int Other, long A, long B, ulong C);
