// faultline cp: copies out of an image to the host, into an image, and between images.

using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using Faultline.Cli.Editing;
using Faultline.Cli.Output;
using Faultline.Extraction;
using Faultline.Trees;

namespace Faultline.Cli.Commands;

/// <summary>faultline cp [-r] SOURCE... TARGET</summary>
internal static class CpCommand
{
    private const int NotesShown = 5;

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = new ArgumentArity(1, 100_000),
            Description = "Sources and a target: IMAGE:/path or host paths, an image among them",
        };
        CopyArguments arguments = new();
        Command command = new("cp", "Copy out of an image, into an image, or between images, as coreutils do") { paths };
        arguments.AddTo(command);
        add(command, parsed =>
        {
            string[] all = parsed.GetRequiredValue(paths);
            string? directory = arguments.Directory(parsed);
            if (directory is null && all.Length < 2)
            {
                throw new UsageException($"{all[0]}: copied where?");
            }

            string target = directory ?? all[^1];
            string[] sources = directory is null ? all[..^1] : all;
            if (ImageAddress.IsInside(target))
            {
                bool isExact = arguments.IsExact(parsed);
                if (isExact && (directory is not null || sources.Length > 1))
                {
                    throw new UsageException("-T: one source and the name of its copy");
                }

                new CopyInto(session, arguments.Read(parsed), isExact)
                    .Copy(sources, target, needsDirectory: directory is not null);
                return session.Code();
            }

            arguments.RefuseOutward(parsed);
            HashSet<string> skip = arguments.Without(parsed);
            ExtractionOptions options = new()
            {
                Recursive = arguments.IsRecursive(parsed),
                PreserveMode = !skip.Contains("mode"),
                PreserveOwner = !skip.Contains("ownership"),
                PreserveTimes = !skip.Contains("timestamps"),
                PreserveXattrs = !skip.Contains("xattr"),
            };
            foreach (string text in sources)
            {
                session.Try(text, () => Copy(session, ImageAddress.Parse(text), target, options, sources.Length > 1));
            }

            return session.Code();
        });
    }

    private static void Copy(
        Session session, ImageAddress source, string target, ExtractionOptions options, bool needsDirectory)
    {
        string directory = target;
        if (!Directory.Exists(target))
        {
            string full = Path.GetFullPath(target);
            string? parent = Path.GetDirectoryName(full);
            if (needsDirectory || parent is null || !Directory.Exists(parent) || Path.EndsInDirectorySeparator(target))
            {
                throw new IOException($"{target}: no such directory");
            }

            directory = parent;
            options = options with { NewName = Path.GetFileName(full) };
        }

        FileSystem volume = session.Open(source);
        ExtractionResult result = ProgressBar.Run(session, "copying", progress =>
            volume.Extract(source.PathOrRoot, directory, options, progress, session.Cancellation));
        Summarise(session, result);
    }

    internal static void Summarise(Session session, ExtractionResult result)
    {
        foreach (TreeProblem problem in result.Problems)
        {
            session.Report(problem);
        }

        for (int index = 0; index < result.Notes.Count && index < NotesShown; index++)
        {
            session.Error.WriteLine($"faultline: note: {Printable.Of(result.Notes[index].ToString())}");
        }

        if (result.Notes.Count > NotesShown)
        {
            session.Error.WriteLine($"faultline: note: and {result.Notes.Count - NotesShown} more like these");
        }
    }
}
