// Marks a test as a promise: it runs once a target that has the calls it needs.

using System;
using System.Collections.Generic;
using System.Reflection;
using Xunit.Sdk;

namespace Faultline.Conformance;

/// <summary>The targets of a test.</summary>
/// <param name="needs">Calls beyond those of its class that not every target has.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PromiseAttribute(params string[] needs) : DataAttribute
{
    /// <summary>The calls.</summary>
    public IReadOnlyList<string> Needs { get; } = needs;

    /// <summary>Static property of the class with the rows of a table, each a promise; or null.</summary>
    public string? Rows { get; init; }

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        string[] all = [.. Needs, .. testMethod.DeclaringType!.GetCustomAttribute<NeedsAttribute>()?.Calls ?? []];
        foreach ((string target, IReadOnlySet<string> missing) in Targets.Missing)
        {
            foreach (string row in RowsOf(testMethod))
            {
                if (!missing.Overlaps(all) && !missing.Contains(row.Split(' ')[0]))
                {
                    yield return Rows is null ? [target] : [target, row];
                }
            }
        }
    }

    /// <summary>The rows of a test; one nameless row when it has no table.</summary>
    internal IEnumerable<string> RowsOf(MethodInfo testMethod) => Rows is null
        ? [""]
        : (IEnumerable<string>)testMethod.DeclaringType!
            .GetProperty(Rows, BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
}
