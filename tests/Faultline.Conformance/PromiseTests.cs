// The base of all test classes: runs a body on a target, and holds the table of differences against what happens.

using System;
using System.Runtime.CompilerServices;
using Xunit.Sdk;

namespace Faultline.Conformance;

/// <summary>Tests that run on every target.</summary>
[Collection("targets")]
public abstract class PromiseTests(Targets targets)
{
    private const long SmallBytes = 8L << 20;

    /// <summary>Runs on a shared file system, in an empty root.</summary>
    private protected void On(
        string target, Action<IFileSystemCalls> body, [CallerMemberName] string test = "") =>
        Judge(target, test, () => targets[target].Run(body));

    /// <summary>Runs one row of a table.</summary>
    private protected void OnRow(
        string target, string row, Action<IFileSystemCalls> body, [CallerMemberName] string test = "") =>
        Judge(target, $"{test}({row})", () => targets[target].Run(body));

    /// <summary>Runs on a file system of its own of 8 MiB.</summary>
    private protected void OnSmall(
        string target, Action<IFileSystemCalls> body, string? row = null, [CallerMemberName] string test = "") =>
        Judge(target, row is null ? test : $"{test}({row})", () => targets[target].RunAlone(SmallBytes, body));

    // A difference that is gone must leave the table.
    private void Judge(string target, string test, Action run)
    {
        string name = $"{GetType().Name}.{test}";
        if (!Differences.All.TryGetValue((target, name), out string? why))
        {
            run();
            return;
        }

        try
        {
            run();
        }
        catch (XunitException)
        {
            return;
        }

        Assert.Fail($"{name} holds on {target}, and Differences.cs says that it does not: {why}");
    }
}
