// The benchmarks: one sub-command a subject. Every gate that a subject has is printed with its
// value and decides the exit code: 0 all gates met, 1 a gate missed, 2 wrong usage.

using System;
using System.Linq;
using Faultline.Bench.Locks;

namespace Faultline.Bench;

internal static class Program
{
    private static readonly (string Name, string What, Func<Gates> Run)[] s_subjects =
    [
        ("locks", "semaphore and invalidate lock against ReaderWriterLockSlim", LockBench.Run),
        ("reads", "cached and cold reads against the kernel", Reads.ReadBench.Run),
        ("writes", "our tmpfs against the kernel's", Writes.WriteBench.Run),
        ("mixed", "readers, writers and a puncher of one file under three ways of locking", Mixed.MixedBench.Run),
        ("soak", "everything at once on tmpfs with the lock validator on", Soaking.SoakBench.Run),
        ("volumes", "our ext4 against the kernel's: files, overwrites, sequential writing", Volumes.VolumeBench.Run),
        ("build", "images with contents against mke2fs -d", Building.BuildBench.Run),
        ("tools", "extraction and listing against debugfs and the kernel", Tools.ToolBench.Run),
    ];

    private static int Main(string[] arguments)
    {
        if (arguments.Length > 0 && arguments[0] == "crash")
        {
            return Crashing.CrashCommand.Run(arguments);
        }

        if (arguments.Length > 0 && arguments[0] == "faults")
        {
            return Faults.FaultCommand.Run(arguments);
        }

        (string Name, string What, Func<Gates> Run)[] chosen =
            [.. s_subjects.Where(subject => arguments.Contains(subject.Name))];
        if (chosen.Length == 0)
        {
            Console.WriteLine("usage: Faultline.Bench <subject>...");
            foreach ((string name, string what, _) in s_subjects)
            {
                Console.WriteLine($"  {name,-12} {what}");
            }

            Console.WriteLine("  crash        power cuts at every flush (docs/TESTING.md)");
            Console.WriteLine("  faults       every operation with a fault at every point (docs/TESTING.md)");
            return 2;
        }

        bool areAllMet = true;
        foreach ((_, _, Func<Gates> run) in chosen)
        {
            Gates gates = run();
            gates.Print();
            areAllMet &= gates.AreAllMet;
        }

        return areAllMet ? 0 : 1;
    }
}
