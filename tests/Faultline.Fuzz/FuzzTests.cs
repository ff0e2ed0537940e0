// Goal: no image, however damaged, makes the driver fail in any way but its own: every failure is an error with a
// reason, soon, in bounded memory. Method: seeded damage in every kind of structure of small images, half of it with
// repaired checksums; then everything is read through the public face.
//
// FAULTLINE_FUZZ_ROUNDS   mutants of each kind, 2000 unless given
// FAULTLINE_FUZZ          image:kind:seed, the one mutant to make and read again

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using System.Threading.Tasks;
using Xunit.Abstractions;

namespace Faultline.Fuzz;

[Collection(ImageCollection.Name)]
public sealed class FuzzTests(BaseImages images, ITestOutputHelper output)
{
    private const int WorkerCount = 2;
    private const int FailuresShown = 12;

    private static readonly string? s_replay = Environment.GetEnvironmentVariable("FAULTLINE_FUZZ");
    private static readonly int s_roundCount = int.Parse(
        Environment.GetEnvironmentVariable("FAULTLINE_FUZZ_ROUNDS") ?? "2000", CultureInfo.InvariantCulture);

    [Fact]
    public void Images_HoldEveryKindOfStructure_AndReadClean()
    {
        HashSet<StructureKind> kinds = [.. images.All.SelectMany(static image => image.Kinds)];
        Assert.Equal(Enum.GetValues<StructureKind>(), kinds.Order());
        using PageCache.FolioPool pool = new(16L << 20);
        Judge judge = new(pool);
        foreach (BaseImage image in images.All)
        {
            using MutantDevice device = new(image.Bytes, image.Bytes.Length);
            Verdict verdict = judge.Read(device);
            Assert.True(verdict == Verdict.Clean, $"{image.Name}: {verdict} {judge.FirstProblem}");
        }
    }

    [Fact]
    public void RepairingAnIntactStructure_ChangesNothing()
    {
        foreach (BaseImage image in images.All)
        {
            foreach (Structure structure in image.Structures)
            {
                byte[] bytes = [.. image.Bytes];
                structure.Checksum.Repair(bytes);
                Assert.True(bytes.AsSpan().SequenceEqual(image.Bytes), $"{image.Name}: {structure}");
            }
        }
    }

    [Fact]
    public void DamagedImages_FailOnlyWithReasons()
    {
        List<(BaseImage Image, Mutant Mutant)> work = s_replay is null ? Plan() : [Replay(Mutant.Parse(s_replay))];
        List<Worker> workers = [.. Enumerable.Range(0, WorkerCount).Select(_ => new Worker(images.All))];
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
        long before = Process.GetCurrentProcess().WorkingSet64;
        Stopwatch watch = Stopwatch.StartNew();
        Task[] tasks = [.. workers.Select((worker, part) => Task.Run(() => RunPart(worker, work, part)))];
        long peak = 0;
        while (!Task.WaitAll(tasks, 200))
        {
            peak = long.Max(peak, Process.GetCurrentProcess().WorkingSet64);
            Mutant? stuck = workers.Find(static worker => worker.Stuck is not null)?.Stuck;
            Assert.True(stuck is null, $"no end: FAULTLINE_FUZZ={stuck} dotnet test tests/Faultline.Fuzz -c Release");
        }

        Report(workers, watch.Elapsed, peak - before);
        string[] failures = [.. workers.SelectMany(static worker => worker.Failures)];
        workers.ForEach(static worker => worker.Dispose());
        Assert.True(peak - before < Worker.BytesMax, $"working set: {peak - before} bytes more");
        string shown = string.Join("\n\n", failures.Take(FailuresShown));
        Assert.True(failures.Length == 0, $"{failures.Length} failures\n{shown}");
    }

    private static void RunPart(Worker worker, List<(BaseImage Image, Mutant Mutant)> work, int part)
    {
        for (int index = part; index < work.Count; index += WorkerCount)
        {
            worker.Run(work[index].Image, work[index].Mutant);
        }
    }

    private List<(BaseImage Image, Mutant Mutant)> Plan()
    {
        List<(BaseImage Image, Mutant Mutant)> work = [];
        foreach (StructureKind kind in Enum.GetValues<StructureKind>())
        {
            BaseImage[] holders = [.. images.All.Where(image => image.Of(kind).Count > 0)];
            for (int round = 0; round < s_roundCount; round++)
            {
                BaseImage image = holders[round % holders.Length];
                work.Add((image, Mutant.At(image, kind, round)));
            }
        }

        return work;
    }

    private (BaseImage Image, Mutant Mutant) Replay(Mutant mutant) =>
        (images.All.Single(image => image.Name == mutant.Image), mutant);

    private void Report(List<Worker> workers, TimeSpan time, long workingSetGrowth)
    {
        output.WriteLine($"[report] {"damaged",-20} mutants  refused  problems   clean     slowest  most bytes");
        Tally sum = new();
        foreach (StructureKind kind in Enum.GetValues<StructureKind>())
        {
            Tally tally = new();
            foreach (Worker worker in workers)
            {
                tally.Add(worker.Tallies.GetValueOrDefault(kind) ?? new Tally());
            }

            sum.Add(tally);
            output.WriteLine($"[report] {kind,-20} {tally}");
            Assert.True(s_replay is not null || tally.MutantCount >= s_roundCount);
        }

        output.WriteLine($"[report] {"all",-20} {sum}");
        long grown = workingSetGrowth / (1 << 20);
        output.WriteLine($"[report] {time.TotalSeconds:f0} s, working set {grown} MiB above the start");
    }
}
