// Goal: trees that are deeper than a path may be long, or than a process may have descriptors, are copied whole.
// Method: debugfs makes directories one in the other, by number.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Faultline.Extraction;
using Faultline.Progress;

namespace Faultline.Tests;

public sealed class DeepTreeTests(SampleImage sample) : IClassFixture<SampleImage>
{
    private const int Levels = 300;
    private const int OpenMax = 70;

    [Fact]
    public void HardLinksBelow4095Bytes_StayOneFile()
    {
        string image = sample.At("long.img");
        string name = new('n', 200);
        MakeChain(image, name, 30, $"write {sample.At("long.txt")} one\nln one two\nsif one links_count 2\n");
        string target = Directory.CreateDirectory(sample.At("long-out")).FullName;
        using FileSystem volume = FileSystem.Open(image);
        ExtractionResult result = volume.Extract("/", target);
        Assert.Empty(result.Problems);
        Assert.Empty(result.Notes);
        Assert.Equal("2 one\n2 two\n", SampleImage.Shell($"find {target} -type f -printf '%n %f\\n' | sort"));
    }

    [Fact]
    public void Copy_HoldsABoundedNumberOfDescriptors_AndComesBackToEachLevel()
    {
        string image = sample.At("levels.img");
        MakeChain(image, "d", Levels, $"write {sample.At("levels.txt")} leaf\n");
        string target = Directory.CreateDirectory(sample.At("levels-out")).FullName;
        DescriptorCount most = new(target);
        using FileSystem volume = FileSystem.Open(image);
        ExtractionResult result = volume.Extract("/", target, null, most);
        Assert.Empty(result.Problems);
        Assert.InRange(most.Most, 2, OpenMax);
        Assert.Equal($"{Levels}", SampleImage.Shell($"find {target} -name d -mtime +3000 | wc -l").Trim());
        Assert.Equal("1\n", SampleImage.Shell($"find {target} -name leaf | wc -l"));
    }

    // The innermost directory gets the files; all directories get an old time, so that a level left out shows.
    private static void MakeChain(string image, string name, int levels, string inside)
    {
        StringBuilder commands = new();
        for (int level = 0; level < levels; level++)
        {
            _ = commands.Append($"mkdir {name}\nsif {name} mtime 20000101000000\ncd {name}\n");
        }

        _ = commands.Append(inside);
        File.WriteAllText(image + ".commands", commands.ToString());
        File.WriteAllText(Path.ChangeExtension(image, ".txt"), "x");
        SampleImage.Shell($"mke2fs -q -t ext4 -O ^has_journal {image} 8M; debugfs -w -f {image}.commands {image}");
    }

    private sealed class DescriptorCount(string target) : IProgress<FsProgress>
    {
        internal int Most { get; private set; }

        public void Report(FsProgress value)
        {
            IEnumerable<string?> open = Directory.EnumerateFileSystemEntries("/proc/self/fd").Select(TargetOf);
            Most = Math.Max(Most, open.Count(path => path?.StartsWith(target, StringComparison.Ordinal) == true));
        }

        // Null for a descriptor of another test that was closed meanwhile.
        private static string? TargetOf(string link)
        {
            try
            {
                return File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName;
            }
            catch (IOException)
            {
                return null;
            }
        }
    }
}
