// faultline chmod: permission bits.

using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Commands;

/// <summary>faultline chmod [-R] MODE IMAGE:/path...</summary>
internal static class ChmodCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> mode = new("mode") { Description = "Octal, or u+x,go-w" };
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<bool> recursive = new("-R", "--recursive") { Description = "Directories with all they hold" };
        Command command = new("chmod", "Change permission bits") { mode, paths, recursive };
        add(command, parsed =>
        {
            ModeChange change = ModeChange.Parse(parsed.GetRequiredValue(mode));
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                if (!parsed.GetValue(recursive))
                {
                    InodeStat stat = target.Volume.Stat(target.Path);
                    target.Volume.SetMode(
                        target.Path, change.Apply(stat.Attributes.Mode, stat.Attributes.IsDirectory));
                    return;
                }

                foreach (TreeEntry entry in target.Volume.EnumerateTree(target.Path, session.Report))
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    bool isSkipped = entry.Event == TreeEvent.Leave || entry.Stat.Attributes.IsSymbolicLink;
                    if (!isSkipped)
                    {
                        InodeAttributes was = entry.Stat.Attributes;
                        target.Volume.SetMode(EditTargets.At(target, entry), change.Apply(was.Mode, was.IsDirectory));
                    }
                }
            });
            return session.Code();
        });
    }
}
