// An event that happens once: wait until somebody says it has happened. For the validator the wait
// is a lock that the promising task holds (Promise), so that "waits for me while holding what I
// need" is reported without ever hanging. Locks: the queue's gate; the flag is volatile.

using System.Collections.Concurrent;
using System.Threading;

namespace Faultline.Locking;

/// <summary>Waits for an event.</summary>
public sealed class Completion
{
    private static readonly ConcurrentDictionary<string, LockClass> s_classes = new();

    private readonly WaitQueue _queue;
    private readonly PseudoLock _promise;
    private int _isCompleted;

    /// <summary>Makes a completion that has not happened.</summary>
    /// <param name="name">For reports; completions of one name are one class.</param>
    public Completion(string name)
    {
        _queue = new WaitQueue(name);
        _promise = new PseudoLock(s_classes.GetOrAdd(name, static each => new LockClass(
            0, $"completion:{each}", LockKind.Pseudo, NestingRule.Subclass, "an event")).Key);
    }

    /// <summary>Whether it has happened.</summary>
    public bool IsCompleted => Volatile.Read(ref _isCompleted) != 0;

    /// <summary>Waits until it has happened.</summary>
    public void Wait()
    {
        _promise.MightWait();
        _queue.WaitUntil(this, static self => self.IsCompleted);
    }

    /// <summary>Waits until it has happened or time is up.</summary>
    /// <param name="timeoutMs">Milliseconds, not negative.</param>
    /// <returns>True when it has happened.</returns>
    public bool Wait(long timeoutMs)
    {
        _promise.MightWait();
        return _queue.WaitUntil(this, static self => self.IsCompleted, timeoutMs);
    }

    /// <summary>It has happened: wakes all that wait, now and later.</summary>
    public void Complete()
    {
        Volatile.Write(ref _isCompleted, 1);
        _queue.WakeAll();
    }

    /// <summary>Makes it not have happened again. Nobody may be waiting.</summary>
    public void Reset() => Volatile.Write(ref _isCompleted, 0);

    /// <summary>The task that will complete it says so: what it takes inside becomes an inner lock
    /// of the wait.</summary>
    /// <returns>The scope.</returns>
    public PromiseScope Promise() => new(_promise.HoldWithoutWait(LockMode.Exclusive));
}
