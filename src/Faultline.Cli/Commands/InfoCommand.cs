// faultline info: what an image holds.

using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Faultline.Base;
using Faultline.Block.Partitions;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Mounts;

namespace Faultline.Cli.Commands;

/// <summary>faultline info IMAGE...</summary>
internal static class InfoCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> images = new("image") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE or IMAGE@N" };
        Command command = new("info", "Describe an image: partitions, features, geometry, state, journal") { images };
        add(command, parsed =>
        {
            session.TryEach(parsed.GetRequiredValue(images), address => Describe(session, address));
            return session.Code();
        });
    }

    private static void Describe(Session session, ImageAddress address)
    {
        IReadOnlyList<Partition> table = ReadTable(session, address);
        bool hasVolume = address.Partition is not null || table.Count <= 1;
        IReadOnlyList<ReportSection> sections = hasVolume ? session.Open(address).Report() : [];
        if (session.IsJson)
        {
            session.WriteJson(writer => WriteJson(writer, address, table, sections));
            return;
        }

        session.Output.Line($"image: {address.Image}");
        foreach (Partition partition in table)
        {
            session.Output.Line(
                $"partition {partition.Number}: {Sizes.Human(partition.SizeBytes)} at byte {partition.StartBytes} {partition.Name}");
        }

        foreach (ReportSection section in sections)
        {
            _ = session.Output.Line();
            session.Output.Line($"[{section.Name}]");
            foreach (ReportItem item in section.Items)
            {
                session.Output.Line($"  {item.Key + ":",-28} {Text(item.Value)}");
            }
        }
    }

    // A bare volume may hold bytes that look like a boot record: only what is no volume is asked for partitions.
    private static IReadOnlyList<Partition> ReadTable(Session session, ImageAddress address)
    {
        if (FileSystem.Detect(address.Image) is not null)
        {
            return [];
        }

        PartitionTable table = FileSystem.ReadPartitions(address.Image);
        if (table.Problem is FsError problem)
        {
            session.Report(new TreeProblem(new UnixPath(address.Image), problem));
        }

        return table.Partitions;
    }

    private static void WriteJson(
        Utf8JsonWriter writer,
        ImageAddress address,
        IReadOnlyList<Partition> table,
        IReadOnlyList<ReportSection> sections)
    {
        writer.WriteStartObject();
        writer.WriteString("image", address.Image);
        writer.WriteStartArray("partitions");
        foreach (Partition partition in table)
        {
            writer.WriteStartObject();
            writer.WriteNumber("number", partition.Number);
            writer.WriteNumber("start", partition.StartBytes);
            writer.WriteNumber("size", partition.SizeBytes);
            writer.WriteString("name", partition.Name);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        foreach (ReportSection section in sections)
        {
            writer.WriteStartObject(section.Name);
            foreach (ReportItem item in section.Items)
            {
                Json.Value(writer, item.Key.Replace(' ', '_'), item.Value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static string Text(object value) => value switch
    {
        UnixTime { Seconds: 0, Nanoseconds: 0 } => "never",
        UnixTime time => Times.Short(time) + " UTC",
        bool flag => flag ? "yes" : "no",
        string text => Printable.Of(text),
        IEnumerable<string> list => string.Join(' ', list),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
