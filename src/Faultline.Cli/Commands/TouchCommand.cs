// faultline touch: times, and empty files.

using System;
using System.CommandLine;
using System.Globalization;
using Faultline.Base;
using Faultline.Cli.Editing;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline touch [-c] [-a] [-m] [-h] [-d TIME] IMAGE:/path...</summary>
internal static class TouchCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "IMAGE:/path, with *, ? and [...]",
        };
        Option<bool> noCreate = new("-c", "--no-create") { Description = "Make no files" };
        Option<bool> access = new("-a") { Description = "The access time only" };
        Option<bool> modify = new("-m") { Description = "The modification time only" };
        Option<bool> links = new("-h", "--no-dereference") { Description = "Symbolic links themselves" };
        Option<string?> date = new("-d", "--date") { Description = "This time: @SECONDS, or 2026-11-20T12:00:00Z" };
        Command command = new("touch", "Set times, making empty files")
        {
            paths, noCreate, access, modify, links, date,
        };
        add(command, parsed =>
        {
            TimeUpdate time = parsed.GetValue(date) is string text ? TimeUpdate.Set(TimeOf(text)) : TimeUpdate.Now;
            bool both = parsed.GetValue(access) == parsed.GetValue(modify);
            TimeUpdate accessTime = both || parsed.GetValue(access) ? time : TimeUpdate.Omit;
            TimeUpdate modifyTime = both || parsed.GetValue(modify) ? time : TimeUpdate.Omit;
            FinalLink final = parsed.GetValue(links) ? FinalLink.Keep : FinalLink.Follow;
            EditTargets.ForEach(session, parsed.GetRequiredValue(paths), target =>
            {
                if (!target.Volume.TryStat(target.Path, out _, final))
                {
                    if (parsed.GetValue(noCreate))
                    {
                        return;
                    }

                    target.Volume.CreateFile(target.Path).Dispose();
                }

                target.Volume.SetTimes(target.Path, accessTime, modifyTime, final);
            });
            return session.Code();
        });
    }

    private static UnixTime TimeOf(string text)
    {
        if (text.StartsWith('@')
            && long.TryParse(
                text.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds))
        {
            return new UnixTime(seconds, 0);
        }

        bool isTime = DateTimeOffset.TryParse(
            text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time);
        if (!isTime)
        {
            throw new UsageException($"{text}: not a time; say @SECONDS or 2026-11-20T12:00:00Z");
        }

        long ticks = time.UtcTicks % TimeSpan.TicksPerSecond;
        return new UnixTime(time.ToUnixTimeSeconds(), (uint)(ticks * 100));
    }
}
