// faultline rm: removes files and trees.

using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline rm [-r] [-f] [-d] IMAGE:/path...</summary>
internal static class RmCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<bool> recursive = new("-r", "-R", "--recursive") { Description = "Remove directories with all they hold" };
        Option<bool> force = new("-f", "--force") { Description = "No error for what does not exist" };
        Option<bool> directories = new("-d", "--dir") { Description = "Remove empty directories" };
        Command command = new("rm", "Remove files") { paths, recursive, force, directories };
        add(command, parsed =>
        {
            bool isForced = parsed.GetValue(force);
            bool isRecursive = parsed.GetValue(recursive);
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                if (isForced && !target.Volume.TryStat(target.Path, out _, FinalLink.Keep))
                {
                    return;
                }

                InodeStat stat = target.Volume.Stat(target.Path, FinalLink.Keep);
                if (!stat.Attributes.IsDirectory)
                {
                    target.Volume.Delete(target.Path);
                }
                else if (isRecursive)
                {
                    target.Volume.DeleteTree(target.Path, session.Cancellation);
                }
                else if (parsed.GetValue(directories))
                {
                    target.Volume.DeleteDirectory(target.Path);
                }
                else
                {
                    throw new FileSystemException(FaultlineReasons.DirectoryNeedsRecursion, target.Path);
                }
            });
            return session.Code();
        });
    }
}
