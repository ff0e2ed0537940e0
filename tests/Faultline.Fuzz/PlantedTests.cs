// Goal: the search finds what it looks for. Method: a defect planted in the reading of each kind of structure, in turn
// one that crashes, one that allocates and one that takes its time; the search over the same mutants must report it.

using System;
using System.Linq;
using Xunit.Abstractions;

namespace Faultline.Fuzz;

[Collection(ImageCollection.Name)]
public sealed class PlantedTests(BaseImages images, ITestOutputHelper output)
{
    private const int MutantsMax = 2000; // as many as the search makes of a kind

    public static TheoryData<StructureKind> Kinds => [.. Enum.GetValues<StructureKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void PlantedCrash_IsFound(StructureKind kind) =>
        Find(kind, PlantedDefect.Index, nameof(IndexOutOfRangeException));

    [Theory]
    [InlineData(StructureKind.Inode)]
    [InlineData(StructureKind.ExtentNode)]
    [InlineData(StructureKind.JournalDescriptor)]
    public void PlantedAllocation_IsFound(StructureKind kind) =>
        Find(kind, PlantedDefect.Allocate, "allocated");

    [Theory]
    [InlineData(StructureKind.XattrBlock)]
    [InlineData(StructureKind.HashTree)]
    [InlineData(StructureKind.GuidPartitionTable)]
    public void PlantedLoop_IsFound(StructureKind kind) => Find(kind, PlantedDefect.Loop, "took");

    private void Find(StructureKind kind, PlantedDefect defect, string expected)
    {
        PlantedField field = PlantedField.Of(kind);
        BaseImage[] holders = [.. images.All.Where(image => image.Of(kind).Any(field.IsIn))];
        using Worker worker = new(holders)
        {
            Plant = mutator => new PlantedDevice(mutator, field, defect),
        };
        int count = 0;
        for (; (count < MutantsMax) && (worker.Failures.Count == 0); count++)
        {
            BaseImage image = holders[count % holders.Length];
            worker.Run(image, Mutant.At(image, kind, count));
        }

        Assert.NotEmpty(worker.Failures);
        Assert.Contains(expected, worker.Failures[0], StringComparison.Ordinal);
        output.WriteLine($"[report] planted in {kind} ({defect}): found by mutant {count}");
    }
}
