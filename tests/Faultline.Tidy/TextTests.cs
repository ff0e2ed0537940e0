// Goal: what no compiler checks about the text of sources and documents.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace Faultline.Tidy;

public sealed partial class TextTests
{
    private const int ColumnsMax = 120;
    private const int LinesMax = 800;
    private const long FileBytesMax = 1 << 20;

    // A long string literal may stick out: breaking it would hide what it says.
    [Fact]
    public void Lines_FitInColumns() =>
        Repository.AssertNone(FindLines(static line =>
            line.Length > ColumnsMax && !LongLiteral().IsMatch(line) ? $"{line.Length} columns" : null));

    [Fact]
    public void Files_AreShort() =>
        Repository.AssertNone(Repository.Sources()
            .Where(static path => File.ReadLines(path).Count() > LinesMax)
            .Select(Repository.Relative));

    [Fact]
    public void Sources_BeginWithAComment() =>
        Repository.AssertNone(Repository.Files("src", "*.cs")
            .Where(static path => !File.ReadLines(path).First().StartsWith("//", StringComparison.Ordinal))
            .Select(Repository.Relative));

    [Fact]
    public void Sources_HaveNoOpenEnds() =>
        Repository.AssertNone(FindLines(static line => OpenEnd().IsMatch(line) ? line.Trim() : null));

    [Fact]
    public void LockStatement_IsForTheLockingRoomAlone() =>
        Repository.AssertNone(FindLines(
            static line => LockStatement().IsMatch(line) ? "use a lock of Faultline.Locking" : null,
            "src/Faultline.Locking/"));

    [Fact]
    public void ShiftsBy32_GoThroughBitsJoin() =>
        Repository.AssertNone(FindLines(
            static line => ShiftBy32().IsMatch(line) ? "use Bits.Join" : null, "src/Faultline.Base/Bits.cs", "src/Faultline.Locking/"));

    // A protection is taken away from the whole process, and other tests would meet the planted defect.
    [Fact]
    public void PlantedDefects_RunAlone() =>
        Repository.AssertNone(Repository.Files("tests", "*.cs")
            .Where(static path => !path.EndsWith("TextTests.cs", StringComparison.Ordinal)
                && File.ReadAllText(path).Contains("Protections.Without(", StringComparison.Ordinal)
                && !File.ReadAllText(path).Contains("[Collection(PlantedCollection.Name)]", StringComparison.Ordinal))
            .Select(Repository.Relative));

    [Fact]
    public void Regions_AreNotUsed() =>
        Repository.AssertNone(FindLines(static line => line.TrimStart().StartsWith("#region", StringComparison.Ordinal) ? "region" : null));

    [Fact]
    public void FormatFolders_UseBaseAlone()
    {
        IEnumerable<string> findings =
            from path in Repository.Files("src", "*.cs")
            where Repository.Relative(path).Contains("/Format/", StringComparison.Ordinal)
            from line in File.ReadLines(path)
            where line.StartsWith("using ", StringComparison.Ordinal)
                && !line.StartsWith("using System", StringComparison.Ordinal)
                && !line.StartsWith("using static System", StringComparison.Ordinal)
                && line is not ("using Faultline.Base;" or "using Faultline.Abi;")
            select $"{Repository.Relative(path)}: {line}";
        Repository.AssertNone(findings);
    }

    [Fact]
    public void OnDiskFields_NameTheFieldOfTheDocument()
    {
        IEnumerable<string> findings =
            from path in Repository.Files("src", "*Disk.cs")
            from line in File.ReadLines(path)
            where line.Contains("[FieldOffset(", StringComparison.Ordinal) && !line.Contains("//", StringComparison.Ordinal)
            select $"{Repository.Relative(path)}: {line.Trim()}";
        Repository.AssertNone(findings);
    }

    [Fact]
    public void Documents_HaveExactlyOneTitle()
    {
        List<string> findings = [];
        foreach (string path in Repository.Files(".", "*.md"))
        {
            bool inCode = false;
            int titles = 0;
            foreach (string line in File.ReadLines(path))
            {
                inCode ^= line.StartsWith("```", StringComparison.Ordinal);
                titles += !inCode && line.StartsWith("# ", StringComparison.Ordinal) ? 1 : 0;
            }

            if (titles != 1)
            {
                findings.Add($"{Repository.Relative(path)}: {titles} titles");
            }
        }

        Repository.AssertNone(findings);
    }

    [Fact]
    public void Files_AreSmall() =>
        Repository.AssertNone(new[] { "src", "tests", "docs", "bench" }
            .Where(static folder => Directory.Exists(Path.Combine(Repository.Root, folder)))
            .SelectMany(static folder => Repository.Files(folder, "*"))
            .Where(static path => new FileInfo(path).Length > FileBytesMax)
            .Select(Repository.Relative));

    private static IEnumerable<string> FindLines(Func<string, string?> judge, params string[] exceptions)
    {
        foreach (string path in Repository.Sources())
        {
            string relative = Repository.Relative(path);
            if (relative.StartsWith("tests/Faultline.Tidy/", StringComparison.Ordinal)
                || exceptions.Any(exception => relative.StartsWith(exception, StringComparison.Ordinal)))
            {
                continue;
            }

            int number = 0;
            foreach (string line in File.ReadLines(path))
            {
                number++;
                if (judge(line) is string finding)
                {
                    yield return $"{relative}:{number}: {finding}";
                }
            }
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex OpenEnd();

    [GeneratedRegex(@"^\s*lock\s*\(")]
    private static partial Regex LockStatement();

    [GeneratedRegex("\"[^\"]{30,}|^ +COMPREPLY")]
    private static partial Regex LongLiteral();

    // A shift of something that is visibly 64 bits wide is what it seems.
    [GeneratedRegex(@"^(?!.*(UL|\(u?long\)\(.*\)) << 32).*<<\s*32\b")]
    private static partial Regex ShiftBy32();
}
