// Who owns advisory locks: what a process is to fcntl(2), and what an open file is to flock(2) and to OFD locks.

using System.Collections.Generic;
using System.Threading;

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>An owner of advisory locks, compared by identity.</summary>
/// <param name="name">For messages.</param>
public sealed class LockOwner(string name)
{
    private int _isClosed; // interlocked

    /// <summary>For messages.</summary>
    public string Name { get; } = name;

    /// <summary>What its tasks wait for. Guarded by the latch of <see cref="BlockedOwners"/>.</summary>
    internal List<OwnerWait> Waits { get; } = [];

    /// <summary>Whether nobody may wait for it any more.</summary>
    internal bool IsClosed => Volatile.Read(ref _isClosed) != 0;

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal void Close() => Volatile.Write(ref _isClosed, 1);
}
