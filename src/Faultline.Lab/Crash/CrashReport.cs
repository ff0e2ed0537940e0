// What a campaign did and found. Locks: counters are interlocked, the rest is concurrent.

using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Faultline.Lab.Crash;

/// <summary>What a campaign did and found.</summary>
public sealed class CrashReport
{
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<string, int> _operations = new();
    private readonly ConcurrentDictionary<string, long> _bySetup = new();
    private readonly ConcurrentDictionary<uint, bool> _recovered = new();
    private long _states;
    private long _duplicates;
    private long _fsckImages;
    private long _kernelImages;

    /// <summary>Different states judged.</summary>
    public long States => Volatile.Read(ref _states);

    /// <summary>States that held the same bytes as another.</summary>
    public long Duplicates => Volatile.Read(ref _duplicates);

    /// <summary>Different recovered images that e2fsck judged.</summary>
    public long FsckImages => Volatile.Read(ref _fsckImages);

    /// <summary>States that the kernel recovered.</summary>
    public long KernelImages => Volatile.Read(ref _kernelImages);

    /// <summary>A line a failure, each with what replays it.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Operations of the workloads by kind.</summary>
    public IEnumerable<KeyValuePair<string, int>> Operations => _operations.OrderBy(static pair => pair.Key);

    /// <summary>States by kind of volume.</summary>
    public IEnumerable<KeyValuePair<string, long>> BySetup => _bySetup.OrderBy(static pair => pair.Key);

    internal long CountState(string setup)
    {
        _ = _bySetup.AddOrUpdate(setup, 1, static (_, count) => count + 1);
        return Interlocked.Increment(ref _states);
    }

    internal void CountDuplicate() => Interlocked.Increment(ref _duplicates);

    internal void CountKernel() => Interlocked.Increment(ref _kernelImages);

    /// <summary>Whether a recovered image was not seen before.</summary>
    internal bool IsNewRecovered(uint hash)
    {
        bool isNew = _recovered.TryAdd(hash, true);
        _ = isNew ? Interlocked.Increment(ref _fsckImages) : 0;
        return isNew;
    }

    internal void Count(IReadOnlyDictionary<string, int> operations)
    {
        foreach ((string name, int count) in operations)
        {
            _ = _operations.AddOrUpdate(name, count, (_, was) => was + count);
        }
    }

    internal void Fail(string line) => _failures.Enqueue(line);
}
