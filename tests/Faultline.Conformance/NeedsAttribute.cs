// Calls that every test of a class needs.

using System;

namespace Faultline.Conformance;

/// <summary>Calls that not every target has.</summary>
/// <param name="calls">Their names.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class NeedsAttribute(params string[] calls) : Attribute
{
    /// <summary>The names.</summary>
    public string[] Calls { get; } = calls;
}
