// docs/SEMANTICS.md lists every promise, and the suite keeps its own size.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Text;

namespace Faultline.Conformance;

public sealed class DocumentTests
{
    private const string Marker = "<!-- generated -->\n";
    private const int PromisesMin = 400;

    // What each class is about, in the order of the document.
    private static readonly (string Class, string Title)[] s_chapters =
    [
        ("PathErrorTests", "Paths, for every call that takes one"),
        ("OpenTests", "open(2)"),
        ("ReadWriteTests", "read(2), write(2) and their kin"),
        ("SeekTests", "lseek(2)"),
        ("TruncateTests", "truncate(2)"),
        ("FallocateTests", "fallocate(2)"),
        ("CopyTests", "copy_file_range(2), splice(2), tee(2), pipe(7)"),
        ("SyncTests", "fsync(2), sync(2), statfs(2), full volumes"),
        ("MakeTests", "mkdir(2), mknod(2)"),
        ("LinkTests", "link(2), symlink(2), readlink(2)"),
        ("RemoveTests", "unlink(2), rmdir(2), sticky directories"),
        ("RenameTests", "rename(2)"),
        ("GetDentsTests", "getdents64(2)"),
        ("StatTests", "stat(2), access(2), search"),
        ("ChModTests", "chmod(2), chown(2), setuid and setgid"),
        ("TimesTests", "utimensat(2) and time stamps"),
        ("XattrTests", "Extended attributes"),
        ("AclTests", "Access control lists"),
        ("FlagTests", "Immutable and append-only"),
        ("LockTests", "flock(2), fcntl(2)"),
        ("HandleTests", "open_by_handle_at(2)"),
        ("FreezeTests", "Freezing"),
        ("ReadOnlyTests", "Read-only mounts"),
        ("ConcurrencyTests", "Several callers at once"),
    ];

    /// <summary>Goal: the document and the suite agree. Method: compare all after the marker; with
    /// FAULTLINE_UPDATE_DOCS=1 rewrite it instead.</summary>
    [Fact]
    public void SemanticsDocument_ListsEveryPromise()
    {
        string path = FindDocument();
        string text = File.ReadAllText(path);
        int start = text.IndexOf(Marker, StringComparison.Ordinal) + Marker.Length;
        string expected = Format();
        if (Environment.GetEnvironmentVariable("FAULTLINE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, string.Concat(text.AsSpan(0, start), expected));
            return;
        }

        Assert.Equal(expected, text.Substring(start));
    }

    [Fact]
    public void EveryClassOfPromises_IsInTheDocument() =>
        Assert.Equal(
            s_chapters.Select(static chapter => chapter.Class).Order(),
            Classes().Select(static type => type.Name).Order());

    [Fact]
    public void TheSuite_HoldsAtLeast400Promises() =>
        Assert.InRange(Classes().SelectMany(Promises).Sum(Count), PromisesMin, int.MaxValue);

    // A difference that names no test would hide one that is renamed.
    [Fact]
    public void Differences_NameTestsThatExist()
    {
        HashSet<string> names = [.. Classes().SelectMany(static type => Promises(type).SelectMany(test =>
            Attribute(test).RowsOf(test).Select(row => NameOf(type, test, row))))];
        Assert.All(Differences.All.Keys, key => Assert.Contains(key.Test, names));
        Assert.All(Differences.All.Keys, static key => Assert.Contains(key.Target, Targets.Missing.Keys));
    }

    private static string Format()
    {
        StringBuilder text = new();
        foreach ((string name, string title) in s_chapters)
        {
            Type type = Classes().Single(type => type.Name == name);
            MethodInfo[] promises = [.. Promises(type)];
            text.Append($"\n### {title}\n\n`{name}`, {promises.Sum(Count)} promises.\n\n");
            foreach (MethodInfo test in promises)
            {
                text.Append($"- `{test.Name}`");
                if (Attribute(test).Rows is not null)
                {
                    text.Append($", for each of: {string.Join(", ", Attribute(test).RowsOf(test))}");
                }

                text.Append('\n');
            }
        }

        text.Append("\n### Where targets differ\n\n");
        foreach (((string target, string test), string why) in Differences.All.OrderBy(static item => item.Key.Target)
            .ThenBy(static item => item.Key.Test, StringComparer.Ordinal))
        {
            text.Append($"- {target}, `{test}`: {why}\n");
        }

        text.Append("\n### Calls that targets do not have\n\n");
        foreach ((string target, IReadOnlySet<string> missing) in Targets.Missing)
        {
            string calls = missing.Count == 0 ? "none" : string.Join(", ", missing.Order(StringComparer.Ordinal));
            text.Append($"- {target}: {calls}\n");
        }

        return text.ToString();
    }

    private static IEnumerable<Type> Classes() => typeof(DocumentTests).Assembly.GetTypes()
        .Where(static type => type.IsSubclassOf(typeof(PromiseTests)));

    private static IEnumerable<MethodInfo> Promises(Type type) => type.GetMethods()
        .Where(static method => method.GetCustomAttribute<PromiseAttribute>() is not null)
        .OrderBy(static method => method.MetadataToken);

    private static PromiseAttribute Attribute(MethodInfo test) => test.GetCustomAttribute<PromiseAttribute>()!;

    private static int Count(MethodInfo test) => Attribute(test).RowsOf(test).Count();

    private static string NameOf(Type type, MethodInfo test, string row) =>
        Attribute(test).Rows is null ? $"{type.Name}.{test.Name}" : $"{type.Name}.{test.Name}({row})";

    private static string FindDocument()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null)
        {
            string path = Path.Combine(directory.FullName, "docs", "SEMANTICS.md");
            if (File.Exists(path))
            {
                return path;
            }

            directory = directory.Parent;
        }

        throw new FileNotFoundException("docs/SEMANTICS.md");
    }
}
