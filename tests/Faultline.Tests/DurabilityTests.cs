// Goal: a sync that returned is real. Method: the system calls of a program that writes and syncs, as strace sees them:
// after the last write of the image within a sync, or before it, there is a flush that ended before the sync returned;
// and a sync that has nothing to do neither writes nor flushes.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text.RegularExpressions;
using Faultline.Testing;
using Xunit.Abstractions;

namespace Faultline.Tests;

public sealed partial class DurabilityTests(ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-tests-traced").FullName;

    [Theory]
    [InlineData("-t ext4")]
    [InlineData("-t ext3 -b 1024")]
    [InlineData("-t ext4 -O ^has_journal")]
    public void Syncs_FlushWhatTheyWrote_AndNothingElse(string features)
    {
        ArgumentNullException.ThrowIfNull(features);
        string image = Path.Combine(_folder, "image");
        using (FileStream stream = new(image, FileMode.Create))
        {
            stream.SetLength(32L << 20);
        }

        _ = Tool.Run("mke2fs", ["-q", "-F", .. features.Split(' '), image]);
        string trace = Path.Combine(_folder, "trace");
        string program = Path.Combine(Folder("Faultline.Traced"), "Faultline.Traced.dll");
        _ = Tool.Run(
            "strace", "-f", "-y", "-s", "64", "-e", "trace=pwrite64,pwritev,write,fdatasync,fsync", "-o", trace,
            "dotnet", program, image);
        List<Sync> syncs = Read(trace, image);
        Assert.Equal(9, syncs.Count);
        foreach (Sync sync in syncs)
        {
            output.WriteLine(sync.ToString());
            bool isIdle = sync.Name.Contains("nothing dirty", StringComparison.Ordinal);
            Assert.True(isIdle ? sync.Writes + sync.Flushes == 0 : sync.IsCovered, sync.ToString());
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The output folder of a program beside this test's.
    private static string Folder(string project) =>
        AppContext.BaseDirectory.Replace("Faultline.Tests", project, StringComparison.Ordinal);

    private static List<Sync> Read(string trace, string image)
    {
        List<Sync> syncs = [];
        Sync? open = null;
        bool isUnflushed = false;
        HashSet<string> flushing = [];
        foreach (string line in File.ReadLines(trace))
        {
            string task = line.Split(' ')[0];
            bool isOfImage = line.Contains(image, StringComparison.Ordinal);
            if (Begins().Match(line) is { Success: true } begins)
            {
                open = new Sync(begins.Groups[1].Value);
            }
            else if (open is not null && line.Contains("\"end ", StringComparison.Ordinal))
            {
                open.IsCovered = !isUnflushed;
                syncs.Add(open);
                open = null;
            }
            else if (isOfImage && line.Contains(" pwrite", StringComparison.Ordinal))
            {
                // A write that is under way when a flush begins is not covered by it.
                isUnflushed = true;
                flushing.Clear();
                _ = open is null ? 0 : open.Writes++;
            }
            else if (isOfImage && line.Contains("sync(", StringComparison.Ordinal))
            {
                bool isWhole = line.EndsWith("= 0", StringComparison.Ordinal);
                isUnflushed &= !isWhole;
                _ = isWhole || flushing.Add(task);
                _ = open is null ? 0 : open.Flushes++;
            }
            else if (line.Contains("sync resumed>", StringComparison.Ordinal) && flushing.Remove(task))
            {
                isUnflushed &= !line.EndsWith("= 0", StringComparison.Ordinal);
            }
        }

        return syncs;
    }

    [GeneratedRegex("\"begin ([^\\\\]*)")]
    private static partial Regex Begins();

    private sealed class Sync(string name)
    {
        internal string Name { get; } = name;

        internal int Writes { get; set; }

        internal int Flushes { get; set; }

        internal bool IsCovered { get; set; }

        public override string ToString() => string.Create(
            CultureInfo.InvariantCulture, $"{Name}: {Writes} writes, {Flushes} flushes, covered: {IsCovered}");
    }
}
