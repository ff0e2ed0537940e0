// faultline xattr: extended attributes.

using System;
using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Faultline.Cli.Output;
using Faultline.Paths;

namespace Faultline.Cli.Commands;

/// <summary>faultline xattr IMAGE:/path [NAME]</summary>
internal static class XattrCommand
{
    internal static void AddTo(AddCommand add, Session session)
    {
        Argument<string> path = new("path") { Description = "IMAGE:/path" };
        Argument<string?> name = new("name")
        {
            Arity = ArgumentArity.ZeroOrOne,
            Description = "Write this attribute's bytes and nothing else",
        };
        Command command = new("xattr", "Show extended attributes; a symbolic link's own, not its target's")
        {
            path, name,
        };
        add(command, parsed =>
        {
            ImageAddress address = ImageAddress.Parse(parsed.GetRequiredValue(path));
            FileSystem volume = session.Open(address);
            UnixPath inside = address.PathOrRoot;
            if (parsed.GetValue(name) is string wanted)
            {
                WriteOne(session, volume, inside, new UnixPath(wanted));
            }
            else
            {
                WriteAll(session, volume, inside);
            }

            return session.Code();
        });
    }

    private static void WriteOne(Session session, FileSystem volume, UnixPath path, UnixPath wanted)
    {
        foreach (XattrItem item in volume.GetXattrs(path))
        {
            if (item.Name == wanted)
            {
                _ = session.Output.Put(item.Value.Span);
                return;
            }
        }

        throw new FileSystemException(FaultlineReasons.XattrMissing, wanted);
    }

    private static void WriteAll(Session session, FileSystem volume, UnixPath path)
    {
        if (!session.IsJson)
        {
            foreach (XattrItem item in volume.GetXattrs(path))
            {
                session.Output.Line($"{Printable.Of(item.Name.ToString())}={Text(item.Value.Span)}");
            }

            return;
        }

        using (Utf8JsonWriter writer = Json.Writer(session.Output.Stream))
        {
            writer.WriteStartArray();
            foreach (XattrItem item in volume.GetXattrs(path))
            {
                writer.WriteStartObject();
                Json.Path(writer, "name", item.Name);
                writer.WriteBase64String("value_base64", item.Value.Span);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        _ = session.Output.Line();
    }

    // As getfattr(1): text in quotes, anything else in hexadecimal.
    private static string Text(ReadOnlySpan<byte> value)
    {
        bool isText = Utf8.IsValid(value) && !value.ContainsAnyInRange((byte)0, (byte)0x1F);
        return isText ? $"\"{Encoding.UTF8.GetString(value)}\"" : "0x" + Convert.ToHexStringLower(value);
    }
}
