// faultline cp: copies out of an image to the host.

using System.CommandLine;
using System.IO;
using Faultline.Cli.Output;
using Faultline.Extraction;
using Faultline.Trees;

namespace Faultline.Cli.Commands;

/// <summary>faultline cp [-r] IMAGE:/path... TARGET</summary>
internal static class CpCommand
{
    private const int NotesShown = 5;

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = new ArgumentArity(2, 100_000),
            Description = "IMAGE:/path, once or more, and a host file or directory",
        };
        Option<bool> recursive = new("-r", "-a", "--recursive") { Description = "Copy directories" };
        Option<string[]> without = new("--no-preserve")
        {
            Description = "Do not preserve: mode, ownership, timestamps, xattr, all",
            AllowMultipleArgumentsPerToken = false,
        };
        _ = without.AcceptOnlyFromAmong("mode", "ownership", "timestamps", "xattr", "all");
        Command command = new("cp", "Copy out of an image, with modes, owners, times, attributes, links and holes")
        {
            paths, recursive, without,
        };
        add(command, parsed =>
        {
            string[] skip = parsed.GetValue(without) ?? [];
            ExtractionOptions options = new()
            {
                Recursive = parsed.GetValue(recursive),
                PreserveMode = !Names(skip, "mode"),
                PreserveOwner = !Names(skip, "ownership"),
                PreserveTimes = !Names(skip, "timestamps"),
                PreserveXattrs = !Names(skip, "xattr"),
            };
            string[] all = parsed.GetRequiredValue(paths);
            string target = all[^1];
            if (ImageAddress.IsInside(target))
            {
                throw new UsageException($"{target}: images are read-only, copy to the host");
            }

            for (int index = 0; index < all.Length - 1; index++)
            {
                string text = all[index];
                session.Try(text, () => Copy(session, ImageAddress.Parse(text), target, options, all.Length > 2));
            }

            return session.Code();
        });
    }

    private static bool Names(string[] skip, string what) =>
        System.Array.IndexOf(skip, what) >= 0 || System.Array.IndexOf(skip, "all") >= 0;

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
