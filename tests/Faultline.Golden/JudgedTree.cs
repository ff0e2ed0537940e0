// What a judge (the kernel's mount, or debugfs) shows of an image: the inode of each path, the facts of each inode.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace Faultline.Golden;

internal sealed class JudgedTree
{
    // Paths in base64: names are bytes.
    internal Dictionary<string, ulong> Paths { get; } = [];

    internal Dictionary<ulong, SortedDictionary<string, string>> Inodes { get; } = [];

    internal static JudgedTree Parse(string lines)
    {
        JudgedTree tree = new();
        foreach (string line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            ulong number = root.GetProperty("ino").GetUInt64();
            tree.Paths.Add(root.GetProperty("path").GetString()!, number);
            if (!tree.Inodes.ContainsKey(number))
            {
                tree.Inodes.Add(number, Facts(root));
            }
        }

        return tree;
    }

    private static SortedDictionary<string, string> Facts(JsonElement line)
    {
        SortedDictionary<string, string> facts = new(StringComparer.Ordinal);
        foreach (JsonProperty property in line.EnumerateObject())
        {
            if (property.Name is not ("path" or "ino"))
            {
                facts[property.Name] = Text(property.Value);
            }
        }

        return facts;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Text))}]",
        JsonValueKind.Object => string.Join(' ', value.EnumerateObject()
            .Select(static property => $"{property.Name}={Text(property.Value)}")
            .Order(StringComparer.Ordinal)),
        JsonValueKind.String => value.GetString()!,
        _ => value.GetRawText(),
    };
}
