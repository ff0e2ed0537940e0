// faultline diff: what differs between two trees, each in an image or on the host.

using System.CommandLine;
using System.Text.Json;
using Faultline.Cli.Diffing;
using Faultline.Cli.Output;
using Faultline.Paths;

namespace Faultline.Cli.Commands;

/// <summary>faultline diff IMAGE:/path IMAGE:/path|HOSTDIR</summary>
internal static class DiffCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> left = new("left") { Description = "IMAGE:/path or a host directory" };
        Argument<string> right = new("right") { Description = "IMAGE:/path or a host directory" };
        Option<bool> noTimes = new("--ignore-times") { Description = "Modification times may differ" };
        Option<bool> noOwners = new("--ignore-owners") { Description = "Owners and groups may differ" };
        Command command = new("diff", "Compare two trees: names, types, modes, owners, times, attributes, data")
        {
            left, right, noTimes, noOwners,
        };
        add(command, parsed =>
        {
            TreeComparer comparer = new(
                Side(session, parsed.GetRequiredValue(left)),
                Side(session, parsed.GetRequiredValue(right)),
                parsed.GetValue(noTimes),
                parsed.GetValue(noOwners),
                session.Cancellation);
            using Utf8JsonWriter? json = session.IsJson ? Json.Writer(session.Output.Stream) : null;
            json?.WriteStartArray();
            foreach (Difference difference in comparer.Compare())
            {
                session.HasFindings = true;
                Write(session, json, difference);
            }

            json?.WriteEndArray();
            return session.Code();
        });
    }

    private static void Write(Session session, Utf8JsonWriter? json, Difference difference)
    {
        if (json is null)
        {
            session.Output.Line($"{Printable.Of(difference.Path)}: {difference.What}: {difference.Left} | {difference.Right}");
            return;
        }

        json.WriteStartObject();
        Json.Path(json, "path", new UnixPath(difference.Path));
        json.WriteString("what", difference.What);
        json.WriteString("left", difference.Left);
        json.WriteString("right", difference.Right);
        json.WriteEndObject();
    }

    // A file that holds no volume and no partition is a file to compare.
    private static bool IsImage(string path) =>
        FileSystem.Detect(path) is not null || FileSystem.ReadPartitions(path).Partitions.Count > 0;

    private static IDiffSide Side(Session session, string text)
    {
        ImageAddress address = ImageAddress.Parse(text);
        bool isHost = address.Path is null
            && (System.IO.Directory.Exists(text)
                || (address.Partition is null && System.IO.File.Exists(text) && !IsImage(text)));
        if (!isHost)
        {
            return new ImageSide(session.Open(address), address.PathOrRoot, session.Report);
        }

        return System.OperatingSystem.IsLinux()
            ? new LinuxSide(text, session.Report)
            : new PortableSide(text, session.Report);
    }
}
