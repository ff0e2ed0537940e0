// Why an advisory lock is refused: one table, each reason raised at one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs.AdvisoryLocks;

/// <summary>Reasons of advisory locks.</summary>
public static class AdvisoryLockReasons
{
    /// <summary>Locking after close.</summary>
    public static readonly Reason Closed =
        new("Lock.Closed", Errno.EBADF, "cannot lock: the open file was closed, or is O_PATH");

    /// <summary>flock after close.</summary>
    public static readonly Reason FlockClosed =
        new("Lock.FlockClosed", Errno.EBADF, "cannot flock: the open file was closed, or is O_PATH");

    /// <summary>Testing after close.</summary>
    public static readonly Reason TestClosed =
        new("Lock.TestClosed", Errno.EBADF, "cannot test a lock: the open file was closed, or is O_PATH");

    /// <summary>A read lock of a file that was opened to be written.</summary>
    public static readonly Reason NotReadable =
        new("Lock.NotReadable", Errno.EBADF, "a read lock needs a file that is open for reading");

    /// <summary>A write lock of a file that was opened to be read.</summary>
    public static readonly Reason NotWritable =
        new("Lock.NotWritable", Errno.EBADF, "a write lock needs a file that is open for writing");

    /// <summary>A range that starts before the file.</summary>
    public static readonly Reason NegativeRange =
        new("Lock.NegativeRange", Errno.EINVAL, "the range starts before the first byte");

    /// <summary>A range that ends beyond all files.</summary>
    public static readonly Reason RangeOverflow =
        new("Lock.RangeOverflow", Errno.EOVERFLOW, "the range ends beyond what a file position can say");

    /// <summary>A test for no lock.</summary>
    public static readonly Reason TestUnlock =
        new("Lock.TestUnlock", Errno.EINVAL, "only a read or a write lock can be tested for");

    /// <summary>Somebody else has the lock.</summary>
    public static readonly Reason Conflict =
        new("Lock.Conflict", Errno.EAGAIN, "somebody else has a lock that is in the way");

    /// <summary>Waiting would never end.</summary>
    public static readonly Reason Deadlock =
        new("Lock.Deadlock", Errno.EDEADLK, "waiting would never end: the other owner waits for this one");

    /// <summary>The file was closed while it was locked.</summary>
    public static readonly Reason ClosedMeanwhile =
        new("Lock.ClosedMeanwhile", Errno.EBADF, "the open file was closed while it was being locked");

    /// <summary>The file was closed during a wait.</summary>
    public static readonly Reason Cancelled =
        new("Lock.Cancelled", Errno.EBADF, "the open file was closed while it waited for a lock");
}
