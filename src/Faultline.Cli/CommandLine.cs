// Builds the commands, parses the arguments, runs one, and turns what happens into an exit code.

using System;
using System.CommandLine;
using System.IO;
using System.Threading;
using Faultline.Base;
using Faultline.Cli.Commands;

namespace Faultline.Cli;

/// <summary>The command line as a function, so that tests need no process.</summary>
internal static class CommandLine
{
    internal static ExitCode Run(
        string[] arguments, Stream output, TextWriter error, bool isTerminal, CancellationToken cancellation)
    {
        using Session session = new(output, error, cancellation);
        RootCommand root = Build(session, isTerminal);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (System.CommandLine.Parsing.ParseError mistake in parsed.Errors)
            {
                error.WriteLine($"faultline: {mistake.Message}");
            }

            error.WriteLine("Try 'faultline --help'.");
            return ExitCode.Usage;
        }

        return Guard(session, () => parsed.Invoke(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            Error = error,
        }));
    }

    private static ExitCode Guard(Session session, Func<int> invoke)
    {
        try
        {
            ExitCode code = (ExitCode)invoke();
            session.Sync();
            session.Output.Flush();
            return code;
        }
        catch (FileSystemException exception)
        {
            return Fail(session, exception.Message, ExitCodes.Of(exception.Error));
        }
        catch (FsException exception)
        {
            return Fail(session, exception.Message, ExitCodes.Of(exception.Error));
        }
        catch (UsageException exception)
        {
            return Fail(session, exception.Message, ExitCode.Usage);
        }
        catch (OperationCanceledException)
        {
            return Fail(session, "cancelled", ExitCode.Cancelled);
        }
        catch (IOException exception)
        {
            return Fail(session, exception.Message, ExitCode.HostError);
        }
        catch (UnauthorizedAccessException exception)
        {
            return Fail(session, exception.Message, ExitCode.NotPermitted);
        }
    }

    private static ExitCode Fail(Session session, string message, ExitCode code)
    {
        try
        {
            session.Output.Flush();
        }
        catch (IOException)
        {
            // OK: because the reader of our output has gone, and the code below says that something failed.
        }

        try
        {
            session.Error.WriteLine($"faultline: {Output.Printable.Of(message)}");
        }
        catch (IOException)
        {
            // OK: because there is nobody left to tell; the exit code says it.
        }

        return code;
    }

    private static RootCommand Build(Session session, bool isTerminal)
    {
        Option<bool> json = new("--json") { Description = "Results as JSON", Recursive = true };
        Option<string> mount = new("--options", "-o")
        {
            Description = "Mount options, such as noload or sb=131072 (in KiB)",
            Recursive = true,
            DefaultValueFactory = _ => "",
        };
        Option<string?> journal = new("--journal")
        {
            Description = "Image of an external journal",
            Recursive = true,
        };
        Option<bool> quiet = new("--no-progress") { Description = "No progress line", Recursive = true };
        RootCommand root = new("Reads and changes Linux disk images: ext2, ext3, ext4. IMAGE:/path names a file inside an image, IMAGE@N:/path inside its partition N.");
        root.Add(json);
        root.Add(mount);
        root.Add(journal);
        root.Add(quiet);

        void Add(Command command, Func<ParseResult, ExitCode> action)
        {
            command.SetAction(parsed =>
            {
                session.IsJson = parsed.GetValue(json);
                session.MountOptions = parsed.GetValue(mount) ?? "";
                session.JournalPath = parsed.GetValue(journal);
                session.ShowsProgress = isTerminal && !parsed.GetValue(quiet);
                return (int)action(parsed);
            });
            root.Add(command);
        }

        MkfsCommand.AddTo(Add, session);
        BuildCommand.AddTo(Add, session);
        InfoCommand.AddTo(Add, session);
        LsCommand.AddTo(Add, session);
        TreeCommand.AddTo(Add, session);
        StatCommand.AddTo(Add, session);
        CatCommand.AddTo(Add, session);
        CpCommand.AddTo(Add, session);
        MvCommand.AddTo(Add, session);
        RmCommand.AddTo(Add, session);
        RmdirCommand.AddTo(Add, session);
        MkdirCommand.AddTo(Add, session);
        LnCommand.AddTo(Add, session);
        TouchCommand.AddTo(Add, session);
        ChmodCommand.AddTo(Add, session);
        ChownCommand.AddTo(Add, session);
        TruncateCommand.AddTo(Add, session);
        FallocateCommand.AddTo(Add, session);
        WriteCommand.AddTo(Add, session);
        ExtentsCommand.AddTo(Add, session);
        XattrCommand.AddTo(Add, session);
        DfCommand.AddTo(Add, session);
        DuCommand.AddTo(Add, session);
        FindCommand.AddTo(Add, session);
        TarCommand.AddTo(Add, session);
        DiffCommand.AddTo(Add, session);
        CompletionCommand.AddTo(Add, session);
        return root;
    }
}
