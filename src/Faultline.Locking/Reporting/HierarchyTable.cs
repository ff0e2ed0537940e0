// The lock hierarchy as the tables of docs/LOCKING.md; a test compares the file with this.

using System.Globalization;
using System.Text;

namespace Faultline.Locking.Reporting;

/// <summary>Formats the classes and the declared orders as Markdown.</summary>
public static class HierarchyTable
{
    /// <summary>Both tables.</summary>
    /// <returns>Markdown.</returns>
    public static string Format()
    {
        StringBuilder text = new();
        _ = text.Append("| rank | class | Linux name | waits | two of a class | protects |\n");
        _ = text.Append("|---:|---|---|---|---|---|\n");
        foreach (LockClass each in LockClasses.All)
        {
            string rank = each.Rank == 0
                ? "none"
                : each.Rank.ToString(CultureInfo.InvariantCulture);
            _ = text.Append(
                CultureInfo.InvariantCulture,
                $"| {rank} | {LockClasses.FieldOf(each)} | `{each.Name}` | {Waits(each.Kind)} ");
            _ = text.Append(
                CultureInfo.InvariantCulture,
                $"| {Nests(each.Nesting)} | {each.Protects} |\n");
        }

        _ = text.Append("\n| held | taken inside | because |\n|---|---|---|\n");
        foreach (DeclaredEdge edge in DeclaredEdges.All)
        {
            string outer = LockClasses.FieldOf(edge.Outer);
            string inner = LockClasses.FieldOf(edge.Inner);
            _ = text.Append(
                CultureInfo.InvariantCulture, $"| {outer} | {inner} | {edge.Reason} |\n");
        }

        return text.ToString();
    }

    private static string Waits(LockKind kind) => kind switch
    {
        LockKind.Sleeping => "sleeps",
        LockKind.Spin => "spins",
        LockKind.Pseudo => "pseudo",
    };

    private static string Nests(NestingRule rule) => rule switch
    {
        NestingRule.Single => "never",
        NestingRule.Subclass => "by subclass",
        NestingRule.SubclassAscending => "by subclass, ascending",
        NestingRule.Ascending => "ascending",
    };
}
