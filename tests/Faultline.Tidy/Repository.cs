// The repository's files, as the tidy tests see them.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;

namespace Faultline.Tidy;

internal static class Repository
{
    internal static string Root { get; } = FindRoot();

    internal static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(static path => !IsGenerated(path))
            .Order(StringComparer.Ordinal);

    internal static IEnumerable<string> Sources() =>
        Files("src", "*.cs").Concat(Files("tests", "*.cs")).Concat(Files("bench", "*.cs"));

    internal static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    internal static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        Assert.True(all.Length == 0, $"{all.Length} findings:\n{string.Join('\n', all.Take(60))}");
    }

    private static bool IsGenerated(string path) =>
        path.Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" or ".build");

    private static string FindRoot([CallerFilePath] string file = "")
    {
        string? folder = Path.GetDirectoryName(file);
        while (folder is not null && !File.Exists(Path.Combine(folder, "Faultline.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("Faultline.slnx not found above the tests");
    }
}
