// One line of the lock hierarchy. Immutable but for the cache of keys by file-system type. Locks:
// none; the cache is a concurrent dictionary because keys are made when a type is first mounted.

using System.Collections.Concurrent;
using Faultline.Base;

namespace Faultline.Locking;

/// <summary>One line of the lock hierarchy: all locks that protect the same thing.</summary>
public sealed class LockClass
{
    private readonly ConcurrentDictionary<string, LockKey> _keys = new();

    /// <summary>Declares a class. Programs outside Faultline declare their own table this
    /// way.</summary>
    /// <param name="rank">Position in the order, outermost lowest; 0 for a class without a
    /// rank.</param>
    /// <param name="name">The Linux name of the lock.</param>
    /// <param name="kind">How it waits.</param>
    /// <param name="nesting">Whether two may be held at once.</param>
    /// <param name="protects">One phrase: what the lock protects.</param>
    public LockClass(int rank, string name, LockKind kind, NestingRule nesting, string protects)
    {
        Check.That(rank >= 0);
        Check.That(rank == 0 || (rank >= LockClasses.FirstSpinRank) == (kind == LockKind.Spin));
        Rank = rank;
        Name = name;
        Kind = kind;
        Nesting = nesting;
        Protects = protects;
        Key = new LockKey(this, string.Empty);
    }

    /// <summary>Position in the order; a task takes only higher ranks than it holds. 0: no
    /// rank.</summary>
    public int Rank { get; }

    /// <summary>The Linux name.</summary>
    public string Name { get; }

    /// <summary>How the lock waits.</summary>
    public LockKind Kind { get; }

    /// <summary>Whether two may be held at once.</summary>
    public NestingRule Nesting { get; }

    /// <summary>What it protects, one phrase.</summary>
    public string Protects { get; }

    /// <summary>False for a class that the validator leaves alone (held stacks are still
    /// kept).</summary>
    public bool IsValidated { get; init; } = true;

    /// <summary>The key of locks that belong to no file-system type.</summary>
    public LockKey Key { get; }

    /// <summary>The key of this class for one file-system type; the same object every
    /// time.</summary>
    /// <param name="fileSystemType">For example <c>ext4</c>.</param>
    /// <returns>The key.</returns>
    public LockKey For(string fileSystemType) =>
        _keys.GetOrAdd(fileSystemType, static (type, self) => new LockKey(self, type), this);

    /// <inheritdoc/>
    public override string ToString() => $"{Rank} {Name}";
}
