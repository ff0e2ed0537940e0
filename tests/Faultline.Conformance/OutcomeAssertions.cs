// What tests say of an outcome.

using System.Runtime.CompilerServices;
using Faultline.Abi;

namespace Faultline.Conformance;

/// <summary>Assertions on outcomes; the failing call is quoted.</summary>
public static class OutcomeAssertions
{
    /// <summary>The call succeeded: its value.</summary>
    public static T Ok<T>(
        this Outcome<T> outcome, [CallerArgumentExpression(nameof(outcome))] string call = "")
    {
        Assert.True(outcome.Errno == OK, $"{call}: {outcome.Errno}");
        return outcome.Value;
    }

    /// <summary>The call failed, and so.</summary>
    public static void Fails<T>(
        this Outcome<T> outcome, Errno errno, [CallerArgumentExpression(nameof(outcome))] string call = "") =>
        Assert.True(outcome.Errno == errno, $"{call}: {outcome.Errno}, not {errno}");

    /// <summary>The call answered this.</summary>
    public static void Is<T>(
        this Outcome<T> outcome, T value, [CallerArgumentExpression(nameof(outcome))] string call = "")
    {
        Assert.True(outcome.Errno == OK, $"{call}: {outcome.Errno}, not {value}");
        Assert.True(Equals(outcome.Value, value), $"{call}: {outcome.Value}, not {value}");
    }
}
