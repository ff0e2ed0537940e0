// faultline extents: where a file's data lie.

using System.CommandLine;
using System.Text.Json;
using Faultline.Cli.Output;
using Faultline.Files;
using Faultline.Iomap;

namespace Faultline.Cli.Commands;

/// <summary>faultline extents IMAGE:/path...</summary>
internal static class ExtentsCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string[]> paths = new("path") { Arity = ArgumentArity.OneOrMore, Description = "IMAGE:/path" };
        Command command = new("extents", "Show where the data of files lie, in bytes") { paths };
        add(command, parsed =>
        {
            foreach (string text in parsed.GetRequiredValue(paths))
            {
                session.Try(text, () => Show(session, ImageAddress.Parse(text)));
            }

            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address)
    {
        using FileHandle file = session.Open(address).OpenFile(address.PathOrRoot);
        if (session.IsJson)
        {
            WriteJson(session, file);
            return;
        }

        session.Output.Line($"{"position",16} {"length",16} {"address",16} state");
        foreach (FileExtent extent in file.GetExtents())
        {
            session.Output.Line($"{extent.Position,16} {extent.Length,16} {extent.Address,16} {StateOf(extent)}");
        }
    }

    private static string StateOf(in FileExtent extent) =>
        extent.Flags == IomapFlags.None ? extent.Type.ToString() : $"{extent.Type}, {extent.Flags}";

    private static void WriteJson(Session session, FileHandle file)
    {
        using (Utf8JsonWriter writer = Json.Writer(session.Output.Stream))
        {
            writer.WriteStartObject();
            Json.Path(writer, "path", file.Path);
            writer.WriteNumber("size", file.SizeBytes);
            writer.WriteStartArray("extents");
            foreach (FileExtent extent in file.GetExtents())
            {
                writer.WriteStartObject();
                writer.WriteNumber("position", extent.Position);
                writer.WriteNumber("length", extent.Length);
                writer.WriteNumber("address", extent.Address);
                writer.WriteString("type", extent.Type.ToString());
                writer.WriteString("flags", extent.Flags.ToString());
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        _ = session.Output.Line();
    }
}
