// faultline mv: moves names inside an image.

using System.Collections.Generic;
using System.CommandLine;
using Faultline.Abi;
using Faultline.Cli.Editing;
using Faultline.Paths;

namespace Faultline.Cli.Commands;

/// <summary>faultline mv [-n] [-T] [--exchange] IMAGE:/path... IMAGE:/target</summary>
internal static class MvCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = new ArgumentArity(2, 100_000),
            Description = "IMAGE:/path, once or more, and the new name or a directory of the same image",
        };
        Option<bool> keep = new("-n", "--no-clobber") { Description = "Replace nothing" };
        Option<bool> exact = new("-T", "--no-target-directory") { Description = "The target is a name, also if it is a directory" };
        Option<bool> exchange = new("--exchange") { Description = "Exchange two names" };
        Command command = new("mv", "Move names inside an image") { paths, keep, exact, exchange };
        add(command, parsed =>
        {
            string[] all = parsed.GetRequiredValue(paths);
            EditTarget target = EditTargets.One(session, all[^1]);
            bool isExact = parsed.GetValue(exact) || parsed.GetValue(exchange);
            bool isDirectory = !isExact && EditTargets.IsDirectory(target.Volume, target.Path);
            RenameFlags flags = parsed.GetValue(exchange)
                ? RenameFlags.RENAME_EXCHANGE
                : parsed.GetValue(keep) ? RenameFlags.RENAME_NOREPLACE : RenameFlags.None;
            IEnumerable<string> sources = all[..^1];
            EditTargets.ForEach(session, sources, source =>
            {
                if (!ReferenceEquals(source.Volume, target.Volume))
                {
                    throw new UsageException($"{source.Text}: another image than {target.Text}; use cp and rm");
                }

                if (all.Length > 2 && !isDirectory)
                {
                    throw new FileSystemException(FaultlineReasons.TargetNoDirectory, target.Path);
                }

                UnixPath to = isDirectory ? EditTargets.Below(target.Path, source.Path.Name) : target.Path;
                source.Volume.Move(source.Path, to, flags);
            });
            return session.Code();
        });
    }
}
