// Where a target does not keep a promise, and why that is right, or known.

using System.Collections.Generic;

namespace Faultline.Conformance;

/// <summary>Known differences: the named test must fail on the target.</summary>
internal static class Differences
{
    internal static readonly IReadOnlyDictionary<(string Target, string Test), string> All =
        new Dictionary<(string Target, string Test), string>
        {
        };
}
