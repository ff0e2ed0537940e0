// faultline find: paths that match.

using System.CommandLine;
using System.IO.Enumeration;
using System.Text.Json;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Commands;

/// <summary>faultline find IMAGE:/path [--name PATTERN] [--type T] [--size N] [--inode N] [--maxdepth N] [-0]</summary>
internal static class FindCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> path = new("path") { Description = "IMAGE:/path" };
        Option<string?> name = new("--name", "-name") { Description = "Name matches this pattern of * and ?" };
        Option<string?> type = new("--type", "-type") { Description = "f d l c b p or s" };
        _ = type.AcceptOnlyFromAmong("f", "d", "l", "c", "b", "p", "s");
        Option<long?> larger = new("--larger") { Description = "Larger than this many bytes" };
        Option<long?> smaller = new("--smaller") { Description = "Smaller than this many bytes" };
        Option<ulong?> inode = new("--inode", "-inum") { Description = "This inode number" };
        Option<int> depth = new("--maxdepth", "-maxdepth")
        {
            Description = "Go no deeper than this",
            DefaultValueFactory = _ => int.MaxValue,
        };
        Option<bool> zero = new("--print0", "-print0", "-0") { Description = "A zero byte after each path, which is not escaped" };
        Command command = new("find", "Find files by name, type, size or inode")
        {
            path, name, type, larger, smaller, inode, depth, zero,
        };
        add(command, parsed =>
        {
            ImageAddress address = ImageAddress.Parse(parsed.GetRequiredValue(path));
            FindFilter filter = new(
                parsed.GetValue(name),
                parsed.GetValue(type),
                parsed.GetValue(larger),
                parsed.GetValue(smaller),
                parsed.GetValue(inode));
            Find(session, address, filter, parsed.GetValue(depth), parsed.GetValue(zero));
            return session.Code();
        });
    }

    private static void Find(Session session, ImageAddress address, FindFilter filter, int depthMax, bool isZero)
    {
        FileSystem volume = session.Open(address);
        using Utf8JsonWriter? json = session.IsJson ? Json.Writer(session.Output.Stream) : null;
        json?.WriteStartArray();
        foreach (TreeEntry entry in volume.EnumerateTree(address.PathOrRoot, session.Report))
        {
            session.Cancellation.ThrowIfCancellationRequested();
            if (entry.Event == TreeEvent.Leave || entry.Depth > depthMax || !filter.Matches(entry))
            {
                continue;
            }

            UnixPath path = entry.Depth == 0 ? address.PathOrRoot : address.PathOrRoot.Append(entry.Path.Span);
            if (json is not null)
            {
                json.WriteStartObject();
                Json.Path(json, "path", path);
                Json.Attributes(json, entry.Stat);
                json.WriteEndObject();
            }
            else if (isZero)
            {
                _ = session.Output.Put(path.Span).Put("\0"u8);
            }
            else
            {
                session.Output.Line(Printable.Of(path.ToString()));
            }
        }

        json?.WriteEndArray();
    }

    private sealed record FindFilter(string? Name, string? Type, long? Larger, long? Smaller, ulong? Inode)
    {
        internal bool Matches(in TreeEntry entry)
        {
            InodeAttributes attributes = entry.Stat.Attributes;
            return (Inode is null || entry.Stat.Number.Value == Inode)
                && (Type is null || ModeText.Of(attributes.Mode)[0] == (Type == "f" ? '-' : Type[0]))
                && (Larger is null || attributes.SizeBytes > Larger)
                && (Smaller is null || attributes.SizeBytes < Smaller)
                && (Name is null
                    || FileSystemName.MatchesSimpleExpression(Name, entry.Path.Name.ToString(), ignoreCase: false));
        }
    }
}
