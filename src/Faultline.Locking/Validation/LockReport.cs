// One finding of the validator, as data; Reporting/ turns it into text, JSON, DOT and SVG.

using System.Collections.Generic;
using Faultline.Locking.Reporting;

namespace Faultline.Locking.Validation;

/// <summary>A finding: what, by whom, holding what.</summary>
/// <param name="Kind">Which rule was broken.</param>
/// <param name="Message">One sentence.</param>
/// <param name="Site">Who broke it, and where.</param>
/// <param name="Held">What the task held, outermost first.</param>
/// <param name="Cycle">For a possible deadlock: the edge that closes it first, then the way back.
/// Empty otherwise.</param>
public sealed record LockReport(
    LockReportKind Kind,
    string Message,
    LockSite Site,
    IReadOnlyList<string> Held,
    IReadOnlyList<LockEdge> Cycle)
{
    /// <summary>The report for a terminal: the rule, who, what was held, the cycle with its sites
    /// and the unsafe scenario.</summary>
    /// <returns>Several lines.</returns>
    public string ToText() => ReportText.Format(this);

    /// <summary>The report as a JSON object.</summary>
    /// <returns>One document.</returns>
    public string ToJson() => ReportJson.Format(this);

    /// <summary>The cycle as a Graphviz graph.</summary>
    /// <returns>A digraph.</returns>
    public string ToDot() => GraphDot.Format(Cycle);

    /// <summary>The cycle as a picture.</summary>
    /// <returns>An SVG document.</returns>
    public string ToSvg() => CycleSvg.Format(this);
}
