// What reports look like, and the files for the suite.

using System.IO;
using System.Linq;
using System.Text.Json;
using System.Xml.Linq;
using Faultline.Locking.Reporting;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Validation;

public sealed class ReportTests
{
    private readonly LockValidator _validator = new();

    /// <summary>Goal: the text names the rule, both classes, both places and the
    /// scenario.</summary>
    [Fact]
    public void Text_TellsTheWholeStory()
    {
        string text = PlantCycle().ToText();
        Assert.Contains("possible circular locking dependency", text);
        Assert.Contains("A (Exclusive) -> B (Exclusive)", text);
        Assert.Contains("B (Exclusive) -> A (Exclusive)", text);
        Assert.Contains("possible unsafe locking scenario", text);
        Assert.Contains("task 2:", text);
        Assert.Contains(nameof(ReportTests), text);
    }

    /// <summary>Goal: JSON, DOT and SVG are well-formed and name the classes.</summary>
    [Fact]
    public void JsonDotAndSvg_AreWellFormed()
    {
        LockReport report = PlantCycle();
        using JsonDocument json = JsonDocument.Parse(report.ToJson());
        Assert.Equal("Circular", json.RootElement.GetProperty("kind").GetString());
        Assert.Equal(2, json.RootElement.GetProperty("cycle").GetArrayLength());
        Assert.Contains("\"A\" -> \"B\"", report.ToDot());
        XDocument svg = XDocument.Parse(report.ToSvg());
        Assert.Equal("svg", svg.Root!.Name.LocalName);
        Assert.Contains(svg.Descendants(), node => node.Value == "A");
    }

    /// <summary>Goal: every rule has a title of its own.</summary>
    [Fact]
    public void Titles_AreDistinct()
    {
        string[] titles = [.. System.Enum.GetValues<LockReportKind>().Select(ReportText.Title)];
        Assert.Equal(titles.Length, titles.Distinct().Count());
    }

    /// <summary>Goal: the file a process leaves can be summed into a coverage list. Method: see one
    /// declared and one undeclared order, write, read back.</summary>
    [Fact]
    public void Output_IsSummedIntoCoverage()
    {
        using (ValidatorScope scope = _validator.Use())
        {
            RwSemaphore file = new(LockClasses.InodeFile.Key);
            using ExclusiveGuard inode = file.AcquireExclusive();
            new RwSemaphore(LockClasses.BlockMap.Key).AcquireShared().Dispose();
            new FairMutex(LockClasses.ReverseMap.Key).Acquire().Dispose();
        }

        DirectoryInfo directory = Directory.CreateTempSubdirectory("lockdep");
        try
        {
            _ = LockdepOutput.Write(_validator, directory.FullName);
            LockCoverage coverage = LockCoverage.FromDirectory(directory.FullName);
            Assert.Equal(0, coverage.ReportCount);
            Assert.Equal("i_rwsem -> i_data_sem", Assert.Single(coverage.Seen).ToString());
            Assert.Equal(["i_rwsem -> i_mmap_rwsem"], coverage.Undeclared);
            Assert.Equal(DeclaredEdges.All.Count - 1, coverage.Unseen.Count);
            Assert.All(coverage.Unseen, edge => Assert.NotEmpty(edge.Reason));
            Assert.Equal(coverage.ToText(), LockCoverage.Of(_validator.Edges).ToText());
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    /// <summary>Goal: the table of declared orders obeys the ranks and names each order once.
    /// </summary>
    [Fact]
    public void DeclaredEdges_ObeyTheRanks()
    {
        Assert.All(DeclaredEdges.All, edge => Assert.True(edge.Outer.Rank < edge.Inner.Rank));
        int distinct = DeclaredEdges.All.Select(edge => edge.ToString()).Distinct().Count();
        Assert.Equal(DeclaredEdges.All.Count, distinct);
    }

    private LockReport PlantCycle()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        Locks.Nest(b, a);
        return Assert.Single(_validator.Reports);
    }
}
