// Assertions that stay on in Release. A failed check is a bug of ours, never bad input: bad input is a Result or
// an FsException. In production a failed check ends the process at once, because going on could damage a volume;
// under test (the AppContext switch Faultline.CheckThrows) it throws, so that the test can see it.

using System;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Faultline.Base;

/// <summary>Invariant checks, always on.</summary>
public static class Check
{
    private static readonly bool s_throws =
        AppContext.TryGetSwitch("Faultline.CheckThrows", out bool enabled) && enabled;

    /// <summary>Fails when <paramref name="condition"/> is false.</summary>
    /// <param name="condition">What must hold.</param>
    /// <param name="expression">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void That(
        [DoesNotReturnIf(false)] bool condition,
        [CallerArgumentExpression(nameof(condition))] string expression = "",
        [CallerFilePath] string file = "",
        [CallerLineNumber] int line = 0)
    {
        if (!condition)
        {
            Fail(expression, file, line);
        }
    }

    /// <summary>For the branch that cannot be reached.</summary>
    /// <param name="reason">Why it cannot.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    /// <returns>Never returns.</returns>
    [DoesNotReturn]
    public static Exception Unreachable(
        string reason, [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        Fail(reason, file, line);
        return new UnreachableException();
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(string expression, string file, int line)
    {
        string name = file.Substring(file.LastIndexOfAny(['/', '\\']) + 1);
        string message = $"Check failed: {expression} ({name}:{line})";
        if (!s_throws)
        {
            Environment.FailFast(message);
        }

        throw new CheckFailedException(message);
    }
}
