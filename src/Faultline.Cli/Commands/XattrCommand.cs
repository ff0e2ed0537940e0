// faultline xattr: extended attributes, shown, stored, removed.

using System;
using System.CommandLine;
using System.IO;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Faultline.Cli.Editing;
using Faultline.Cli.Output;
using Faultline.Paths;

namespace Faultline.Cli.Commands;

/// <summary>faultline xattr IMAGE:/path [NAME [--set VALUE|--set-file FILE|--remove]]</summary>
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
        Option<string?> set = new("--set")
        {
            Description = "Store this value: text, 0x and hexadecimal digits, or 0s and base64",
        };
        Option<string?> file = new("--set-file") { Description = "Store what this host file holds" };
        Option<bool> remove = new("--remove") { Description = "Remove the attribute" };
        Command command = new("xattr", "Show, store or remove extended attributes; a symbolic link's own, not its target's")
        {
            path, name, set, file, remove,
        };
        add(command, parsed =>
        {
            byte[]? value = parsed.GetValue(set) is string given
                ? Value(given)
                : parsed.GetValue(file) is string source ? File.ReadAllBytes(source) : null;
            if (value is not null || parsed.GetValue(remove))
            {
                string changed = parsed.GetValue(name) ?? throw new UsageException("which attribute? Say its name");
                EditTarget target = EditTargets.One(session, parsed.GetRequiredValue(path));
                Change(target, new UnixPath(changed), value);
                return session.Code();
            }

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

    private static void Change(EditTarget target, UnixPath name, byte[]? value)
    {
        if (value is null)
        {
            target.Volume.RemoveXattr(target.Path, name);
        }
        else
        {
            target.Volume.SetXattr(target.Path, name, value);
        }
    }

    // As setfattr(1).
    private static byte[] Value(string text)
    {
        try
        {
            return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                ? Convert.FromHexString(text.AsSpan(2))
                : text.StartsWith("0s", StringComparison.OrdinalIgnoreCase)
                    ? Convert.FromBase64String(text[2..])
                    : Encoding.UTF8.GetBytes(text);
        }
        catch (FormatException)
        {
            throw new UsageException($"{text}: not hexadecimal digits, or not base64");
        }
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
