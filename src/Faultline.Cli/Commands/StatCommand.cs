// faultline stat: everything about one inode.

using System.CommandLine;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>faultline stat [-L] IMAGE:/path...</summary>
internal static class StatCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Option<bool> follow = new("-L", "--dereference") { Description = "Follow a symbolic link at the end" };
        Command command = new("stat", "Show the attributes of files") { paths, follow };
        add(command, parsed =>
        {
            FinalLink finalLink = parsed.GetValue(follow) ? FinalLink.Follow : FinalLink.Keep;
            session.TryEach(parsed.GetRequiredValue(paths), address => Show(session, address, finalLink));
            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address, FinalLink finalLink)
    {
        FileSystem volume = session.Open(address);
        UnixPath path = address.PathOrRoot;
        InodeStat stat = volume.Stat(path, finalLink);
        UnixPath? target = stat.Attributes.IsSymbolicLink ? volume.ReadLink(path) : default(UnixPath?);
        if (session.IsJson)
        {
            session.WriteJson(writer =>
            {
                writer.WriteStartObject();
                Json.Path(writer, "path", path);
                Json.Attributes(writer, stat);
                if (target is UnixPath link)
                {
                    Json.Path(writer, "target", link);
                }

                writer.WriteEndObject();
            });
            return;
        }

        WriteText(session.Output, path, target, stat);
    }

    private static void WriteText(ByteOutput output, UnixPath path, UnixPath? target, in InodeStat stat)
    {
        InodeAttributes a = stat.Attributes;
        string arrow = target is UnixPath link ? $" -> {Printable.Of(link.ToString())}" : "";
        output.Line($"  File: {Printable.Of(path.ToString())}{arrow}");
        output.Line($"  Size: {a.SizeBytes}  Sectors: {a.Sectors}  Type: {Json.TypeName(a.Type)}");
        output.Line($" Inode: {stat.Number}  Links: {a.LinkCount}  Generation: {a.Generation}  Project: {a.ProjectId}");
        if (a.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK)
        {
            output.Line($"Device: {a.DeviceMajor}, {a.DeviceMinor}");
        }

        output.Line($"  Mode: {ModeText.Of(a.Mode)}  Uid: {a.Uid}  Gid: {a.Gid}  Flags: {a.Flags} (0x{a.FormatFlags:x})");
        output.Line($"Access: {Times.Long(a.AccessTime)}");
        output.Line($"Modify: {Times.Long(a.ModifyTime)}");
        output.Line($"Change: {Times.Long(a.ChangeTime)}");
        if (a.BirthTime is UnixTime birth)
        {
            output.Line($" Birth: {Times.Long(birth)}");
        }
    }
}
