// faultline rmdir: removes empty directories.

using System.CommandLine;
using Faultline.Cli.Editing;

namespace Faultline.Cli.Commands;

/// <summary>faultline rmdir IMAGE:/path...</summary>
internal static class RmdirCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Command command = new("rmdir", "Remove empty directories") { paths };
        add(command, parsed =>
        {
            EditTargets.ForEach(
                session,
                parsed.GetRequiredValue(paths),
                static target => target.Volume.DeleteDirectory(target.Path));
            return session.Code();
        });
    }
}
