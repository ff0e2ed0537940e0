// A progress line on standard error, when that is a terminal.

using System;
using System.Diagnostics;
using Faultline.Progress;
using Spectre.Console;

namespace Faultline.Cli.Output;

/// <summary>Shows progress while something runs.</summary>
internal static class ProgressBar
{
    private const int RefreshMs = 100;

    /// <summary>Runs a long operation with a line that tells how far it is.</summary>
    internal static T Run<T>(Session session, string title, Func<IProgress<FsProgress>?, T> body)
    {
        if (!session.ShowsProgress)
        {
            return body(null);
        }

        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(session.Error) });
        T? result = default;
        _ = console.Status().Spinner(Spinner.Known.Line).Start(
            title, context => result = body(new Reporter(title, context)));
        return result!;
    }

    private sealed class Reporter(string title, StatusContext context) : IProgress<FsProgress>
    {
        private long _shownAt;

        public void Report(FsProgress value)
        {
            long now = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(_shownAt, now).TotalMilliseconds < RefreshMs)
            {
                return;
            }

            _shownAt = now;
            string path = Markup.Escape(Printable.Of(value.Path.Name.ToString()));
            _ = context.Status($"{title}  {value.Items} items  {Sizes.Human(value.Bytes)}  {path}");
        }
    }
}
