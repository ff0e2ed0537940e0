// faultline truncate: sizes.

using System;
using System.CommandLine;
using Faultline.Cli.Editing;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Commands;

/// <summary>faultline truncate [-c] -s SIZE IMAGE:/path...</summary>
internal static class TruncateCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<string> size = new("-s", "--size")
        {
            Description = "New size; with +, -, <, >, / or % before it relative to the old one",
            Required = true,
        };
        Option<bool> noCreate = new("-c", "--no-create") { Description = "Make no files" };
        Command command = new("truncate", "Shrink or extend files") { paths, size, noCreate };
        add(command, parsed =>
        {
            string text = parsed.GetRequiredValue(size);
            _ = NewSize(text, 0);
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                if (!target.Volume.TryStat(target.Path, out InodeStat stat))
                {
                    if (parsed.GetValue(noCreate))
                    {
                        return;
                    }

                    target.Volume.CreateFile(target.Path).Dispose();
                    stat = target.Volume.Stat(target.Path);
                }

                target.Volume.Truncate(target.Path, NewSize(text, stat.Attributes.SizeBytes));
            });
            return session.Code();
        });
    }

    private static long NewSize(string text, long old)
    {
        char sign = text.Length > 0 ? text[0] : '\0';
        bool isRelative = "+-<>/%".Contains(sign, StringComparison.Ordinal);
        long size = SizeText.Parse(isRelative ? text[1..] : text);
        if (sign is '/' or '%' && size == 0)
        {
            throw new UsageException($"{text}: a multiple of nothing");
        }

        return sign switch
        {
            '+' => checked(old + size),
            '-' => Math.Max(0, old - size),
            '<' => Math.Min(old, size),
            '>' => Math.Max(old, size),
            '/' => old - (old % size),
            '%' => checked(old + ((size - (old % size)) % size)),
            _ => size,
        };
    }
}
