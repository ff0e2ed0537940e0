// A report as text for a terminal.

using System.Globalization;
using System.Text;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Reporting;

/// <summary>Formats reports as text.</summary>
internal static class ReportText
{
    private const int ColumnWidth = 34;

    public static string Format(LockReport report)
    {
        StringBuilder text = new();
        Line(text, $"lockdep: {Title(report.Kind)}");
        Line(text, $"  {report.Message}");
        Line(text, $"  task {report.Site.Task}:");
        Frames(text, report.Site);
        foreach (string held in report.Held)
        {
            Line(text, $"  it {held}");
        }

        if (report.Cycle.Count > 0)
        {
            Chain(text, report);
            Scenario(text, report);
        }

        return text.ToString();
    }

    public static string Title(LockReportKind kind) => kind switch
    {
        LockReportKind.Circular => "possible circular locking dependency",
        LockReportKind.Recursion => "possible recursive locking",
        LockReportKind.Rank => "lock taken against the declared order",
        LockReportKind.InstanceOrder => "locks of one class taken against their order",
        LockReportKind.WaitContext => "invalid wait context",
        LockReportKind.NestLockNotHeld => "nested lock was not taken",
        LockReportKind.NotHeld => "bad unlock balance",
        LockReportKind.WrongTask => "lock released by another task",
        LockReportKind.HeldAtEnd => "lock held when leaving",
        LockReportKind.DestroyedWhileHeld => "held lock destroyed",
        LockReportKind.Pinned => "pinned lock released",
        LockReportKind.Subclass => "bad subclass",
        LockReportKind.ClassExplosion => "too many lock classes",
    };

    private static void Chain(StringBuilder text, LockReport report)
    {
        Line(text, $"the new dependency, then the existing ones that lead back:");
        foreach (LockEdge edge in report.Cycle)
        {
            Line(text, $"  {edge}, first by {edge.Site.Task}:");
            Frames(text, edge.Site);
        }
    }

    /// <summary>One column a task: each holds one lock and wants the one the next holds.</summary>
    private static void Scenario(StringBuilder text, LockReport report)
    {
        Line(text, $"possible unsafe locking scenario:");
        for (int index = 0; index < report.Cycle.Count; index++)
        {
            LockEdge edge = report.Cycle[index];
            Cell(text, index, $"{Verb(edge.FromMode)}({edge.From})");
        }

        for (int index = 0; index < report.Cycle.Count; index++)
        {
            LockEdge edge = report.Cycle[index];
            Cell(text, index, $"{Verb(edge.ToMode)}({edge.To}) waits");
        }
    }

    private static void Cell(StringBuilder text, int column, string what) =>
        Line(text, $"  {new string(' ', column * ColumnWidth)}task {column + 1}: {what}");

    private static string Verb(LockMode mode) => mode switch
    {
        LockMode.Exclusive => "lock",
        LockMode.Shared => "rlock",
        LockMode.RecursiveShared => "rrlock",
        LockMode.Fill => "fill",
        LockMode.Modify => "modify",
        LockMode.Freeze => "freeze",
        LockMode.Invalidate => "invalidate",
    };

    private static void Frames(StringBuilder text, LockSite site)
    {
        foreach (string frame in site.Frames)
        {
            Line(text, $"      at {frame}");
        }
    }

    private static void Line(StringBuilder text, System.FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
