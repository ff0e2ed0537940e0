// JSON shapes shared by the commands. A name that is not UTF-8 also comes as base64, so that nothing is lost.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.Json;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Output;

/// <summary>Writes JSON.</summary>
internal static class Json
{
    internal static Utf8JsonWriter Writer(Stream destination) =>
        new(destination, new JsonWriterOptions { Indented = true, SkipValidation = true });

    internal static void Path(Utf8JsonWriter writer, string key, UnixPath path)
    {
        if (path.IsUtf8)
        {
            writer.WriteString(key, path.Span);
            return;
        }

        writer.WriteString(key, Printable.Of(path.ToString()));
        writer.WriteBase64String($"{key}_bytes", path.Span);
    }

    internal static void Attributes(Utf8JsonWriter writer, in InodeStat stat)
    {
        InodeAttributes attributes = stat.Attributes;
        writer.WriteNumber("inode", stat.Number.Value);
        writer.WriteString("type", TypeName(attributes.Type));
        writer.WriteString("mode", Convert.ToString(attributes.Mode & ModeBits.PermissionMask, 8).PadLeft(4, '0'));
        writer.WriteNumber("uid", attributes.Uid);
        writer.WriteNumber("gid", attributes.Gid);
        writer.WriteNumber("links", attributes.LinkCount);
        writer.WriteNumber("size", attributes.SizeBytes);
        writer.WriteNumber("sectors", attributes.Sectors);
        Time(writer, "atime", attributes.AccessTime);
        Time(writer, "mtime", attributes.ModifyTime);
        Time(writer, "ctime", attributes.ChangeTime);
        if (attributes.BirthTime is UnixTime birth)
        {
            Time(writer, "btime", birth);
        }

        if (attributes.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK)
        {
            writer.WriteNumber("major", attributes.DeviceMajor);
            writer.WriteNumber("minor", attributes.DeviceMinor);
        }

        writer.WriteNumber("generation", attributes.Generation);
        writer.WriteNumber("project", attributes.ProjectId);
        writer.WriteString("flags", attributes.Flags.ToString());
        writer.WriteNumber("format_flags", attributes.FormatFlags);
    }

    internal static void Value(Utf8JsonWriter writer, string key, object value)
    {
        switch (value)
        {
            case string text:
                writer.WriteString(key, text);
                break;
            case bool flag:
                writer.WriteBoolean(key, flag);
                break;
            case UnixTime time:
                Time(writer, key, time);
                break;
            case IEnumerable<string> list:
                writer.WriteStartArray(key);
                foreach (string item in list)
                {
                    writer.WriteStringValue(item);
                }

                writer.WriteEndArray();
                break;
            case ulong number:
                writer.WriteNumber(key, number);
                break;
            case long or int or uint or ushort or byte:
                writer.WriteNumber(key, Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteString(key, value.ToString());
                break;
        }
    }

    internal static string TypeName(uint type) => type switch
    {
        ModeBits.S_IFREG => "file",
        ModeBits.S_IFDIR => "directory",
        ModeBits.S_IFLNK => "symlink",
        ModeBits.S_IFCHR => "char",
        ModeBits.S_IFBLK => "block",
        ModeBits.S_IFIFO => "fifo",
        ModeBits.S_IFSOCK => "socket",
        _ => "unknown",
    };

    // Seconds with nine decimals as text: a JSON number would lose nanoseconds.
    private static void Time(Utf8JsonWriter writer, string key, UnixTime time) =>
        writer.WriteString(key, Times.Exact(time));
}
