// faultline tree: a tree as a drawing.

using System.CommandLine;
using System.Text.Json;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;

namespace Faultline.Cli.Commands;

/// <summary>faultline tree [-L depth] IMAGE:/path</summary>
internal static class TreeCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> path = new("path") { Description = "IMAGE:/path" };
        Option<int> depth = new("-L", "--depth")
        {
            Description = "Go no deeper than this",
            DefaultValueFactory = _ => int.MaxValue,
        };
        Command command = new("tree", "Show a tree") { path, depth };
        add(command, parsed =>
        {
            ImageAddress address = ImageAddress.Parse(parsed.GetRequiredValue(path));
            FileSystem volume = session.Open(address);
            if (session.IsJson)
            {
                WriteJson(session, volume, address.PathOrRoot, parsed.GetValue(depth));
            }
            else
            {
                WriteText(session, volume, address.PathOrRoot, parsed.GetValue(depth));
            }

            return session.Code();
        });
    }

    private static void WriteText(Session session, FileSystem volume, UnixPath start, int depthMax)
    {
        long files = 0;
        long directories = 0;
        foreach (TreeEntry entry in volume.EnumerateTree(start, session.Report))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            if (entry.Event == TreeEvent.Leave || entry.Depth > depthMax)
            {
                continue;
            }

            bool isDirectory = entry.Stat.Attributes.IsDirectory;
            directories += isDirectory ? 1 : 0;
            files += isDirectory ? 0 : 1;
            string name = Printable.Of((entry.Depth == 0 ? start : entry.Path.Name).ToString());
            string indent = entry.Depth == 0 ? "" : new string(' ', (entry.Depth - 1) * 2) + "- ";
            session.Output.Line($"{indent}{name}{(isDirectory && entry.Depth > 0 ? "/" : "")}");
        }

        session.Output.Line($"\n{directories} directories, {files} files");
    }

    private static void WriteJson(Session session, FileSystem volume, UnixPath start, int depthMax)
    {
        using (Utf8JsonWriter writer = Json.Writer(session.Output.Stream))
        {
            writer.WriteStartArray();
            foreach (TreeEntry entry in volume.EnumerateTree(start, session.Report))
            {
                if (entry.Event == TreeEvent.Enter && entry.Depth <= depthMax)
                {
                    writer.WriteStartObject();
                    Json.Path(writer, "path", entry.Path);
                    writer.WriteNumber("depth", entry.Depth);
                    Json.Attributes(writer, entry.Stat);
                    writer.WriteEndObject();
                }
            }

            writer.WriteEndArray();
        }

        _ = session.Output.Line();
    }
}
