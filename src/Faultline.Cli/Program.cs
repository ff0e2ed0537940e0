// The entry point of the command line.

using System;
using System.IO;
using System.Threading;

namespace Faultline.Cli;

/// <summary>The command line.</summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        using CancellationTokenSource cancellation = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            cancellation.Cancel();
        };
        using Stream output = Console.OpenStandardOutput();
        using TextWriter error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        return (int)CommandLine.Run(arguments, output, error, !Console.IsErrorRedirected, cancellation.Token);
    }
}
