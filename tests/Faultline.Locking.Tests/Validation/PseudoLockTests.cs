// Waits that are no locks, as the validator sees them.

using Faultline.Base;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Validation;

public sealed class PseudoLockTests
{
    private readonly LockValidator _validator = new();

    /// <summary>Goal: waiting for a commit while holding what a handle holder takes is reported;
    /// starting the handle under that lock is not.</summary>
    [Fact]
    public void Transaction_CommitWaitUnderALockOfTheHandle_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        PseudoLock transaction = Locks.Pseudo("handle");
        FairMutex inner = Locks.Mutex("map");
        using (MutexGuard outer = inner.Acquire())
        {
            transaction.HoldWithoutWait(LockMode.Shared).Dispose();
        }

        using (PseudoGuard handle = transaction.HoldWithoutWait(LockMode.Shared))
        {
            inner.Acquire().Dispose();
        }

        Assert.Empty(_validator.Reports);
        using (MutexGuard outer = inner.Acquire())
        {
            transaction.MightWait();
        }

        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: waiting for a completion while holding what its promiser takes is reported.
    /// </summary>
    [Fact]
    public void Completion_WaitUnderALockOfThePromise_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        Completion completion = new("commit done, in a test");
        using (PromiseScope promise = completion.Promise())
        {
            mutex.Acquire().Dispose();
            completion.Complete();
        }

        completion.Wait();
        Assert.Empty(_validator.Reports);
        using (MutexGuard guard = mutex.Acquire())
        {
            completion.Wait();
        }

        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: allocating under a lock that reclaim takes is reported; in a NOFS scope, and
    /// in reclaim itself, it is not.</summary>
    [Fact]
    public void Reclaim_UnderALockThatItTakes_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        using (PseudoGuard reclaim = Reclaim.Enter())
        {
            Reclaim.MightReclaim();
            mutex.Acquire().Dispose();
        }

        using (MutexGuard guard = mutex.Acquire())
        {
            using (NoReclaimScope none = TaskContext.Current.NoReclaim())
            {
                Reclaim.MightReclaim();
            }

            Assert.Empty(_validator.Reports);
            Reclaim.MightReclaim();
        }

        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: a freezer keeps a level after its task ended; another task thaws; silent.
    /// </summary>
    [Fact]
    public void Freeze_IsHandedFromTaskToTask()
    {
        using ValidatorScope scope = _validator.Use();
        FreezeLevels levels = new("ext4");
        Scheduler.Spawn("freezer", () => levels.Freeze(FreezeLevel.Write)).Join();
        Assert.False(levels.TryEnter(FreezeLevel.Write, out _));
        Assert.True(levels.TryEnter(FreezeLevel.PageFault, out FreezeGuard fault));
        fault.Dispose();
        Scheduler.Spawn("thawer", () => levels.Thaw(FreezeLevel.Write)).Join();
        using (FreezeGuard write = levels.Enter(FreezeLevel.Write))
        {
            levels.AssertEntered(FreezeLevel.Write);
        }

        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: entering a freeze level inside a lock that belongs deeper is a broken rank.
    /// </summary>
    [Fact]
    public void Freeze_InsideAnInodeLock_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        using SharedGuard inode = new RwSemaphore(LockClasses.InodeFile.Key).AcquireShared();
        new FreezeLevels("").Enter(FreezeLevel.Write).Dispose();
        Assert.Equal([LockReportKind.Rank], _validator.Kinds());
    }

    /// <summary>Goal: waiting for a folio without taking it counts as taking it.</summary>
    [Fact]
    public void FolioWait_CountsAsTakingIt()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore map = new(LockClasses.BlockMap.Key);
        int word = 0;
        using SharedGuard guard = map.AcquireShared();
        BitLock.Wait(ref word, 1, this, LockClasses.Folio.Key);
        Assert.Equal([LockReportKind.Rank], _validator.Kinds());
    }

    /// <summary>Goal: inside a non-blocking scope even a free lock must not be waited for; a try
    /// may be used.</summary>
    [Fact]
    public void NonBlocking_ForbidsEveryBlockingPoint()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        using (NonBlockingScope forbid = NonBlocking.Forbid("NOWAIT read"))
        {
            Assert.True(mutex.TryAcquire(out MutexGuard guard));
            guard.Dispose();
            Assert.Throws<CheckFailedException>(() => mutex.Acquire());
            Assert.Throws<CheckFailedException>(() => NonBlocking.AssertMayBlock("device read"));
            using NonBlockingScope allow = NonBlocking.Allow();
            mutex.Acquire().Dispose();
        }

        mutex.Acquire().Dispose();
        Assert.Empty(_validator.Reports);
    }
}
