// The arguments as the bytes they are. .NET makes text of them before Main and loses what is not UTF-8; Linux still has
// the bytes in /proc/self/cmdline, after whatever started the program (dotnet X.dll, or the program itself).

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Faultline.Paths;

namespace Faultline.Cli;

/// <summary>Arguments that are not UTF-8.</summary>
internal static class RawArguments
{
    private const char Replacement = '\uFFFD';
    private const string CommandLineFile = "/proc/self/cmdline";

    /// <summary>The arguments, with bytes that are not UTF-8 as <see cref="UnixPath"/> writes them in text.</summary>
    internal static string[] Restore(string[] arguments)
    {
        bool isWhole = !Array.Exists(arguments, static text => text.Contains(Replacement, StringComparison.Ordinal));
        if (isWhole || !OperatingSystem.IsLinux())
        {
            return arguments;
        }

        try
        {
            return Restore(arguments, File.ReadAllBytes(CommandLineFile));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // OK: because without /proc nothing is worse than it was.
            return arguments;
        }
    }

    /// <summary>As above, from the bytes of a command line.</summary>
    /// <param name="arguments">What .NET made of the last arguments.</param>
    /// <param name="commandLine">All arguments, each with a zero byte after it.</param>
    internal static string[] Restore(string[] arguments, ReadOnlySpan<byte> commandLine)
    {
        List<byte[]> all = [];
        while (commandLine.IndexOf((byte)0) is int end and >= 0)
        {
            all.Add(commandLine.Slice(0, end).ToArray());
            commandLine = commandLine.Slice(end + 1);
        }

        int first = all.Count - arguments.Length;
        if (first < 0)
        {
            return arguments;
        }

        string[] restored = new string[arguments.Length];
        for (int index = 0; index < arguments.Length; index++)
        {
            byte[] raw = all[first + index];
            // The runtime and .NET may count the characters of one bad sequence differently.
            bool isThis = arguments[index].Contains(Replacement, StringComparison.Ordinal)
                || Encoding.UTF8.GetString(raw) == arguments[index];
            if (!isThis)
            {
                return arguments;
            }

            restored[index] = new UnixPath(raw).ToString();
        }

        return restored;
    }
}
