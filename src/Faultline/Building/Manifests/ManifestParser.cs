// Reads a manifest: lines as those of mtree(5), each with the whole path first, and lines of device tables.
//
//     # a comment
//     /set uid=0 gid=0                            what holds for lines below, unless they say otherwise
//     ./bin/su          mode=4755
//     ./dev/console     type=char mode=600 device=5,1
//     ./etc/motd        type=file contents=motd.txt time=1700000000.5
//     ./lib             type=link link=usr/lib
//     ./home/user/**    uid=1000 gid=1000         everything below
//     ./usr/bin/ping    xattr.security.capability=0x0100000200200000000000000000000000000000
//     ./var/cache/*     remove optional
//     /dev/tty c 666 0 0 5 0 0 1 4                a device table's: tty0 to tty3

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;
using Faultline.Tar;

namespace Faultline.Building.Manifests;

/// <summary>Reads a manifest.</summary>
/// <param name="name">Its name, for messages.</param>
/// <param name="owners">Numbers of owners by their names.</param>
/// <source>mtree(5), genext2fs(8)</source>
internal sealed class ManifestParser(string name, OwnerNames owners)
{
    // What programs write for checking, and makes nothing.
    private static readonly string[] s_ignored =
    [
        "size", "nlink", "cksum", "md5", "md5digest", "rmd160", "rmd160digest", "ripemd160digest", "sha1",
        "sha1digest", "sha256", "sha256digest", "sha384", "sha384digest", "sha512", "sha512digest", "inode",
        "resdevice", "flags",
    ];

    private readonly Dictionary<string, string> _defaults = [];

    /// <summary>Reads it.</summary>
    /// <param name="reader">The text.</param>
    /// <returns>Its entries in order.</returns>
    /// <errors>FsException EINVAL: a line that says nothing, by its number.</errors>
    internal IEnumerable<ManifestEntry> Read(TextReader reader)
    {
        foreach ((int line, string[] words) in ManifestText.Lines(reader))
        {
            if (words[0] is "/set" or "/unset")
            {
                SetDefaults(line, words);
                continue;
            }

            if (DeviceTable.IsLine(words))
            {
                IReadOnlyList<ManifestEntry> entries = DeviceTable.Parse(line, words) ?? throw Bad(line, words[0]);
                foreach (ManifestEntry entry in entries)
                {
                    yield return entry;
                }

                continue;
            }

            yield return Parse(line, words);
        }
    }

    private FsException Bad(int line, string what) =>
        new(FaultlineReasons.ManifestLine.With(string.Create(CultureInfo.InvariantCulture, $"{name}:{line}: {what}")));

    private void SetDefaults(int line, string[] words)
    {
        foreach (string word in words.AsSpan(1))
        {
            (string key, string? value) = Pair(word);
            if (words[0] == "/unset")
            {
                _ = _defaults.Remove(key);
            }
            else
            {
                _defaults[key] = value ?? throw Bad(line, word);
            }
        }
    }

    private static (string Key, string? Value) Pair(string word)
    {
        int equals = word.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
    }

    private ManifestEntry Parse(int line, string[] words)
    {
        byte[] path = ManifestText.Unescape(words[0]) ?? throw Bad(line, words[0]);
        ManifestEntry entry = new() { Line = line, Path = new UnixPath(path) };
        foreach ((string key, string value) in _defaults)
        {
            entry = Apply(entry, key, value);
        }

        foreach (string word in words.AsSpan(1))
        {
            (string key, string? value) = Pair(word);
            entry = Apply(entry, key, value);
        }

        return entry;
    }

    private ManifestEntry Apply(ManifestEntry entry, string key, string? value)
    {
        FsException Wrong() => Bad(entry.Line, value is null ? key : $"{key}={value}");
        if (key.StartsWith("xattr.", StringComparison.Ordinal) && value is not null)
        {
            byte[] attribute = ManifestText.Unescape(key["xattr.".Length..]) ?? throw Wrong();
            byte[] bytes = XattrValue(value) ?? throw Wrong();
            return entry with { Xattrs = [.. entry.Xattrs, new BuildXattr(attribute, bytes)] };
        }

        return (key, value) switch
        {
            ("optional", null) => entry with { IsOptional = true },
            ("remove", null) => entry with { IsRemoved = true },
            ("nochange" or "ignore", null) => entry,
            (_, null) => throw Wrong(),
            ("type", _) => WithType(entry, value) ?? throw Wrong(),
            ("mode", _) => entry with { Mode = Octal(value) ?? throw Wrong() },
            ("uid", _) => entry with { Uid = Number(value) ?? throw Wrong() },
            ("gid", _) => entry with { Gid = Number(value) ?? throw Wrong() },
            ("uname", _) => entry with { Uid = owners.Find(value, isGroup: false) ?? entry.Uid ?? throw Wrong() },
            ("gname", _) => entry with { Gid = owners.Find(value, isGroup: true) ?? entry.Gid ?? throw Wrong() },
            ("time", _) => entry with { Time = TimeOf(value) ?? throw Wrong() },
            ("link", _) => entry with { Link = PathOf(value) ?? throw Wrong() },
            ("device", _) => entry with { Device = DeviceOf(value) ?? throw Wrong() },
            ("contents" or "content", _) => entry with { Contents = (PathOf(value) ?? throw Wrong()).ToString() },
            _ => Array.IndexOf(s_ignored, key) >= 0 ? entry : throw Wrong(),
        };
    }

    private static ManifestEntry? WithType(ManifestEntry entry, string value)
    {
        uint type = value switch
        {
            "file" or "hardlink" => ModeBits.S_IFREG,
            "dir" => ModeBits.S_IFDIR,
            "link" => ModeBits.S_IFLNK,
            "char" => ModeBits.S_IFCHR,
            "block" => ModeBits.S_IFBLK,
            "fifo" => ModeBits.S_IFIFO,
            "socket" => ModeBits.S_IFSOCK,
            _ => 0,
        };
        return type == 0 ? null : entry with { Type = type, IsHardLink = value == "hardlink" };
    }

    private static UnixPath? PathOf(string value)
    {
        byte[]? bytes = ManifestText.Unescape(value);
        return bytes is null ? default(UnixPath?) : new UnixPath(bytes);
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    internal static uint? Octal(string text)
    {
        bool isOctal = text.Length is > 0 and <= 6 && text.AsSpan().IndexOfAnyExceptInRange('0', '7') < 0;
        uint value = isOctal ? Convert.ToUInt32(text, 8) : uint.MaxValue;
        return value <= ModeBits.PermissionMask ? value : null;
    }

    private static UnixTime? TimeOf(string text)
    {
        PaxHeader header = new();
        header.Set("mtime", System.Text.Encoding.UTF8.GetBytes(text));
        UnixTime time = default;
        return text.Length > 0 && header.TryTime("mtime", ref time) ? time : null;
    }

    // MAJOR,MINOR, perhaps with the name of a format before them.
    private static (uint Major, uint Minor)? DeviceOf(string text)
    {
        string[] parts = text.Split(',');
        return parts.Length is 2 or 3 && Number(parts[^2]) is uint major && Number(parts[^1]) is uint minor
            ? (major, minor)
            : null;
    }

    // As setfattr(1) has them: 0x and hexadecimal digits, 0s and base64, else text.
    private static byte[]? XattrValue(string text)
    {
        try
        {
            return text.StartsWith("0x", StringComparison.Ordinal) ? Convert.FromHexString(text.AsSpan(2))
                : text.StartsWith("0s", StringComparison.Ordinal) ? Convert.FromBase64String(text[2..])
                : ManifestText.Unescape(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
