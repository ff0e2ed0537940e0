// faultline ln: links.

using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Paths;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline ln [-s] [-f] TARGET IMAGE:/name</summary>
internal static class LnCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> target = new("target")
        {
            Description = "IMAGE:/path of a file; with -s the text of the link",
        };
        Argument<string> name = new("name") { Description = "IMAGE:/path of the link, or a directory for it" };
        Option<bool> symbolic = new("-s", "--symbolic") { Description = "A symbolic link" };
        Option<bool> force = new("-f", "--force") { Description = "Replace what has the name" };
        Command command = new("ln", "Make links") { target, name, symbolic, force };
        add(command, parsed =>
        {
            EditTarget link = EditTargets.One(session, parsed.GetRequiredValue(name));
            string text = parsed.GetRequiredValue(target);
            EditTarget? file = parsed.GetValue(symbolic) ? null : EditTargets.One(session, text);
            if (file is not null && !ReferenceEquals(file.Volume, link.Volume))
            {
                throw new UsageException($"{text}: another image than {link.Text}");
            }

            UnixPath what = file?.Path ?? new UnixPath(text);
            UnixPath path = EditTargets.IsDirectory(link.Volume, link.Path)
                ? EditTargets.Below(link.Path, what.Name)
                : link.Path;
            if (parsed.GetValue(force) && link.Volume.TryStat(path, out _, FinalLink.Keep))
            {
                link.Volume.Delete(path);
            }

            if (file is null)
            {
                link.Volume.CreateSymbolicLink(path, what);
            }
            else
            {
                link.Volume.CreateHardLink(what, path);
            }

            return session.Code();
        });
    }
}
