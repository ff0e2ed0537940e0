// faultline du: space used by trees. An inode with several names counts once.

using System.Collections.Generic;
using System.CommandLine;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Commands;

/// <summary>faultline du [-s] [-h] IMAGE:/path...</summary>
internal static class DuCommand
{
    private const ulong SectorBytes = 512;

    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Option<bool> summary = new("-s", "--summarize") { Description = "Only the total of each argument" };
        Option<bool> human = new("-h", "--human-readable") { Description = "Sizes with units" };
        Command command = new("du", "Show the space that trees use, in KiB") { paths, summary, human };
        add(command, parsed =>
        {
            bool isSummary = parsed.GetValue(summary);
            bool isHuman = parsed.GetValue(human);
            session.TryList(parsed.GetRequiredValue(paths), address => Show(session, address, isSummary, isHuman));
            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address, bool isSummary, bool isHuman)
    {
        Stack<ulong> totals = new();
        HashSet<ulong> counted = [];
        FileSystem volume = session.Open(address);
        ulong total = 0;
        foreach (TreeEntry entry in volume.EnumerateTree(address.PathOrRoot, session.Report))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            if (entry.Event == TreeEvent.Leave)
            {
                ulong below = totals.Pop();
                total = below;
                if (totals.Count > 0)
                {
                    totals.Push(totals.Pop() + below);
                    if (!isSummary)
                    {
                        WriteLine(session, below, address.PathOrRoot.Append(entry.Path.Span), isHuman);
                    }
                }

                continue;
            }

            ulong bytes = counted.Add(entry.Stat.Number.Value) ? BytesOf(entry.Stat) : 0;
            if (entry.Stat.Attributes.IsDirectory)
            {
                totals.Push(bytes);
            }
            else if (totals.Count > 0)
            {
                totals.Push(totals.Pop() + bytes);
            }
            else
            {
                total = bytes;
            }
        }

        WriteLine(session, total, address.PathOrRoot, isHuman);
    }

    private static ulong BytesOf(in InodeStat stat) => stat.Attributes.Sectors * SectorBytes;

    private static void WriteLine(Session session, ulong bytes, UnixPath path, bool isHuman)
    {
        if (!session.IsJson)
        {
            string size = isHuman ? Sizes.Human(bytes) : $"{(bytes + 1023) / 1024}";
            session.Output.Line($"{size}\t{Printable.Of(path.ToString())}");
            return;
        }

        session.WriteJson(writer =>
        {
            writer.WriteStartObject();
            Json.Path(writer, "path", path);
            writer.WriteNumber("bytes", bytes);
            writer.WriteEndObject();
        });
    }
}
