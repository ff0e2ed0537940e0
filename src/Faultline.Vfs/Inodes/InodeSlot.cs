// The place of one inode number in the inode cache.

using Faultline.Base;
using Faultline.Locking;

namespace Faultline.Vfs.Inodes;

/// <summary>One inode number: whoever reads it in or evicts it holds the lifetime lock, everybody
/// else waits there.</summary>
internal sealed class InodeSlot(LockKey key, InodeNumber number)
{
    internal readonly InodeNumber Number = number;
    internal readonly FairMutex Lifetime = new(key, number.Value);
    internal volatile Inode? Inode; // written under Lifetime
    internal bool IsDead; // guarded by Lifetime: the slot has left the table
}
