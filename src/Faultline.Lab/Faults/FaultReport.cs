// What a sweep did and found: a row an operation, a column a fault. Locks: concurrent collections, interlocked counts.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Threading;

namespace Faultline.Lab.Faults;

/// <summary>What a sweep did and found.</summary>
public sealed class FaultReport
{
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ConcurrentDictionary<(string Operation, FaultTarget Target), FaultCell> _cells = new();
    private long _cases;
    private long _fsckImages;

    /// <summary>Cases that ran: an operation, a fault and its number each.</summary>
    public long Cases => Volatile.Read(ref _cases);

    /// <summary>Volumes that e2fsck judged afterwards.</summary>
    public long FsckImages => Volatile.Read(ref _fsckImages);

    /// <summary>A line a failure, each with what replays it.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>The table: for each operation and fault how many points failed, how many of them the caller was told of
    /// (the others were met by something that goes on, or tries again), and after how many nothing could be written any
    /// more.</summary>
    /// <returns>Lines of text.</returns>
    public string Table()
    {
        StringBuilder text = new();
        FaultTarget[] targets = Enum.GetValues<FaultTarget>();
        _ = text.Append("operation".PadRight(32));
        foreach (FaultTarget target in targets)
        {
            _ = text.Append(target.ToString().PadLeft(16));
        }

        IEnumerable<string> operations = _cells.Keys.Select(static key => key.Operation).Distinct();
        foreach (string operation in operations.Order(StringComparer.Ordinal))
        {
            _ = text.AppendLine().Append(operation.PadRight(32));
            foreach (FaultTarget target in targets)
            {
                FaultCell cell = _cells.GetValueOrDefault((operation, target)) ?? new FaultCell();
                string shown = string.Create(CultureInfo.InvariantCulture, $"{cell.Points}/{cell.Told}/{cell.Aborted}");
                _ = text.Append(shown.PadLeft(16));
            }
        }

        return text.AppendLine().ToString();
    }

    internal void Count(string operation, FaultTarget target, bool isStruck, FaultOutcome outcome)
    {
        _ = Interlocked.Increment(ref _cases);
        FaultCell cell = _cells.GetOrAdd((operation, target), static _ => new FaultCell());
        cell.Add(isStruck, outcome);
    }

    internal bool WantsFsck(int every) => Cases % every == 0;

    internal void CountFsck() => Interlocked.Increment(ref _fsckImages);

    internal void Fail(string line) => _failures.Enqueue(line);
}
