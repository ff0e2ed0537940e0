// One image of the manifest, built in a folder of its own and removed at the end.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Faultline.Golden;

internal sealed class GoldenImage : IDisposable
{
    private const int BuildSeconds = 200;
    private const int WalkSeconds = 200;
    private readonly string _folder;
    private bool _isGood;

    internal GoldenImage(string name, string purpose = "walk")
    {
        Name = name;
        JsonElement spec = Manifest.First(image => image.GetProperty("name").GetString() == name);
        Aliases = spec.TryGetProperty("aliases", out JsonElement aliases)
            ? [.. aliases.EnumerateArray().Select(static pair => (pair[0].GetString()!, pair[1].GetString()!))]
            : [];
        HasJournal = spec.TryGetProperty("journal", out _);
        string root = spec.TryGetProperty("disk", out _) || !Directory.Exists("/dev/shm")
            ? Path.GetTempPath()
            : "/dev/shm";
        _folder = Path.Combine(root, $"faultline-tests-{Environment.ProcessId}-{name}-{purpose}");
        _ = Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "owner.pid"), $"{Environment.ProcessId}");
    }

    internal static string Script { get; } = Path.Combine(FindScripts(), "image");

    internal static IReadOnlyList<JsonElement> Manifest { get; } = ReadManifest();

    internal string Name { get; }

    internal string ImagePath => Path.Combine(_folder, "image");

    internal string? JournalPath => HasJournal ? Path.Combine(_folder, "journal") : null;

    // Names and other spellings of them that must find the same inode, because the directory folds case.
    internal (string Name, string Alias)[] Aliases { get; }

    private bool HasJournal { get; }

    internal static IEnumerable<string> Names(bool isDirty)
    {
        string? only = Environment.GetEnvironmentVariable("FAULTLINE_GOLDEN");
        return Manifest
            .Where(image => image.TryGetProperty("dirty", out _) == isDirty)
            .Select(static image => image.GetProperty("name").GetString()!)
            .Where(name => string.IsNullOrEmpty(only) || name == only);
    }

    // Makes the image; throws when it lacks a structure that the manifest promises. Returns what was asserted.
    internal string[] Build() =>
        Tool.Run(BuildSeconds, Script, "build", Name, _folder).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    internal JudgedTree Judge() => JudgedTree.Parse(Tool.Run(WalkSeconds, Script, "walk", Name, _folder));

    internal JudgedTree JudgeReplayed() => JudgedTree.Parse(Tool.Run(WalkSeconds, Script, "replay", Name, _folder));

    // Called at the end of a test that succeeded: after a failure, mounts are looked for.
    internal void Good() => _isGood = true;

    internal string How => $"{Name} (again, alone: FAULTLINE_GOLDEN={Name} ./test Golden; "
        + $"the image: tests/Golden/image build {Name} FOLDER)";

    public void Dispose()
    {
        if (!_isGood)
        {
            _ = Tool.Run(WalkSeconds, Script, "clean", Name, _folder);
        }

        // Not by .NET, which cannot delete names that are not UTF-8.
        _ = Tool.Run(WalkSeconds, "rm", "-rf", _folder);
    }

    private static JsonElement[] ReadManifest()
    {
        using JsonDocument document = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(FindScripts(), "images.json")));
        return [.. document.RootElement.GetProperty("images").EnumerateArray()
            .Select(static image => image.Clone())];
    }

    private static string FindScripts([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "Golden"));
}
