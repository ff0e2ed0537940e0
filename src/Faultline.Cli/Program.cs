// The entry point of the command line.

using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace Faultline.Cli;

/// <summary>The command line.</summary>
internal static class Program
{
    private const int GraceMs = 1000;

    private static int Main(string[] arguments)
    {
        using CancellationTokenSource cancellation = new();
        Console.CancelKeyPress += (_, pressed) =>
        {
            // The first press ends the work in order; the second, or a second that passes without effect (a pipe that
            // nobody reads), ends the process.
            pressed.Cancel = !cancellation.IsCancellationRequested;
            cancellation.Cancel();
            _ = Task.Delay(GraceMs).ContinueWith(
                static _ => Environment.Exit((int)ExitCode.Cancelled), TaskScheduler.Default);
        };
        using Stream output = Console.OpenStandardOutput();
        using TextWriter error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        return (int)CommandLine.Run(
            RawArguments.Restore(arguments), output, error, !Console.IsErrorRedirected, cancellation.Token);
    }
}
