// faultline chown: owners.

using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Trees;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline chown [-R] [-h] OWNER IMAGE:/path...</summary>
internal static class ChownCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> owner = new("owner")
        {
            Description = "USER, USER:GROUP or :GROUP; numbers, or names of the image's own /etc/passwd and /etc/group",
        };
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<bool> recursive = new("-R", "--recursive") { Description = "Directories with all they hold" };
        Option<bool> links = new("-h", "--no-dereference") { Description = "Symbolic links themselves" };
        Command command = new("chown", "Change owners") { owner, paths, recursive, links };
        add(command, parsed =>
        {
            string text = parsed.GetRequiredValue(owner);
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                (uint? uid, uint? gid) = OwnerText.Parse(target.Volume, text);
                if (!parsed.GetValue(recursive))
                {
                    FinalLink final = parsed.GetValue(links) ? FinalLink.Keep : FinalLink.Follow;
                    target.Volume.SetOwner(target.Path, uid, gid, final);
                    return;
                }

                foreach (TreeEntry entry in target.Volume.EnumerateTree(target.Path, session.Report))
                {
                    session.Cancellation.ThrowIfCancellationRequested();
                    if (entry.Event != TreeEvent.Leave)
                    {
                        target.Volume.SetOwner(EditTargets.At(target, entry), uid, gid, FinalLink.Keep);
                    }
                }
            });
            return session.Code();
        });
    }
}
