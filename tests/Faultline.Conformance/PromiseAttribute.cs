// Marks a test as a promise: it runs once a target that has the calls it needs.

using System;
using System.Collections.Generic;
using System.Linq;
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

    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        string[] all = [.. Needs, .. testMethod.DeclaringType!.GetCustomAttribute<NeedsAttribute>()?.Calls ?? []];
        return Targets.Missing
            .Where(target => !target.Value.Overlaps(all))
            .Select(static target => new object[] { target.Key });
    }
}
