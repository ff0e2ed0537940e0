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
            session.TryEach(parsed.GetRequiredValue(paths), address => Show(session, address));
            return session.Code();
        });
    }

    private static void Show(Session session, ImageAddress address)
    {
        using FileHandle file = session.Open(address).OpenFile(address.PathOrRoot);
        FileExtent[] extents = [.. file.GetExtents()];
        if (session.IsJson)
        {
            session.WriteJson(writer => WriteJson(writer, file, extents));
            return;
        }

        session.Output.Line($"{"position",16} {"length",16} {"address",16} state");
        foreach (FileExtent extent in extents)
        {
            session.Output.Line($"{extent.Position,16} {extent.Length,16} {extent.Address,16} {StateOf(extent)}");
        }
    }

    private static string StateOf(in FileExtent extent) =>
        extent.Flags == IomapFlags.None ? extent.Type.ToString() : $"{extent.Type}, {extent.Flags}";

    private static void WriteJson(Utf8JsonWriter writer, FileHandle file, FileExtent[] extents)
    {
        writer.WriteStartObject();
        Json.Path(writer, "path", file.Path);
        writer.WriteNumber("size", file.SizeBytes);
        writer.WriteStartArray("extents");
        foreach (FileExtent extent in extents)
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
}
