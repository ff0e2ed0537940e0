// faultline mkdir: directories.

using System.Collections.Generic;
using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Paths;

namespace Faultline.Cli.Commands;

/// <summary>faultline mkdir [-p] [-m MODE] IMAGE:/path...</summary>
internal static class MkdirCommand
{
    private const uint DefaultMode = 0x1ED; // 0755

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Option<bool> parents = new("-p", "--parents")
        {
            Description = "Make parents as needed; no error if the directory exists",
        };
        Option<string?> mode = new("-m", "--mode") { Description = "Permissions, as for chmod" };
        Command command = new("mkdir", "Make directories") { paths, parents, mode };
        add(command, parsed =>
        {
            uint bits = parsed.GetValue(mode) is string text
                ? ModeChange.Parse(text).Apply(0x1FF, isDirectory: true)
                : DefaultMode;
            foreach (string argument in parsed.GetRequiredValue(paths))
            {
                session.Try(argument, () =>
                {
                    EditTarget target = EditTargets.One(session, argument);
                    if (parsed.GetValue(parents))
                    {
                        MakeAll(target, bits);
                    }
                    else
                    {
                        Make(target.Volume, target.Path, bits);
                    }
                });
            }

            return session.Code();
        });
    }

    // The mode of mkdir(2) leaves set-id bits out.
    private static void Make(FileSystem volume, UnixPath path, uint mode)
    {
        volume.CreateDirectory(path, mode);
        if ((mode & ~0x1ED) != 0)
        {
            volume.SetMode(path, mode);
        }
    }

    private static void MakeAll(EditTarget target, uint mode)
    {
        List<UnixPath> missing = [];
        UnixPath path = UnixPath.Root;
        foreach (string part in target.Path.ToString().Split('/', System.StringSplitOptions.RemoveEmptyEntries))
        {
            path = path.Append(new UnixPath(part).Span);
            if (missing.Count > 0 || !EditTargets.IsDirectory(target.Volume, path))
            {
                missing.Add(path);
            }
        }

        for (int index = 0; index < missing.Count; index++)
        {
            Make(target.Volume, missing[index], index == missing.Count - 1 ? mode : DefaultMode);
        }
    }
}
