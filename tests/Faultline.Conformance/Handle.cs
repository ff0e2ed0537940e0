// An open file, pipe end or directory, as a target holds it.

namespace Faultline.Conformance;

/// <summary>A descriptor.</summary>
public abstract class Handle;
