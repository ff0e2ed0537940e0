// A run of the command line in this process, and where the repository is.

using System;
using System.IO;
using System.Threading;

namespace Faultline.Cli.Tests;

internal static class CommandRun
{
    internal static (ExitCode Code, string Output) Run(params string[] arguments) =>
        RunWith(CancellationToken.None, arguments);

    internal static (ExitCode Code, string Output) RunWith(CancellationToken cancellation, params string[] arguments)
    {
        using MemoryStream output = new();
        using StringWriter error = new();
        ExitCode code = CommandLine.Run(arguments, output, error, isTerminal: false, cancellation);
        return (code, System.Text.Encoding.UTF8.GetString(output.ToArray()) + error);
    }

    internal static string Repository(string path)
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Faultline.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder!, path);
    }
}
