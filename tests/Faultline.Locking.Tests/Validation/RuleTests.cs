// The rules about single acquisitions and releases: who may release, what may nest, what may be
// held when. One test a rule, each with its own validator so that the suite's stays clean.

using System.Linq;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Validation;

public sealed class RuleTests
{
    private readonly LockValidator _validator = new();

    /// <summary>Goal: two of a class with distinct subclasses are silent.</summary>
    [Fact]
    public void Subclasses_Separate()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A", NestingRule.Subclass);
        using MutexGuard outer = new FairMutex(key).Acquire(subclass: 0);
        using MutexGuard inner = new FairMutex(key).Acquire(subclass: 1);
        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: the same subclass twice is recursion.</summary>
    [Fact]
    public void Subclasses_ThatAreEqual_AreReported()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A", NestingRule.Subclass);
        using MutexGuard outer = new FairMutex(key).Acquire(subclass: 1);
        using MutexGuard inner = new FairMutex(key).Acquire(subclass: 1);
        Assert.Equal([LockReportKind.Recursion], _validator.Kinds());
    }

    /// <summary>Goal: subclasses in both orders form a cycle.</summary>
    [Fact]
    public void Subclasses_InBothOrders_AreReported()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A", NestingRule.Subclass);
        FairMutex first = new(key);
        FairMutex second = new(key);
        using (MutexGuard outer = first.Acquire(subclass: 0))
        {
            second.Acquire(subclass: 1).Dispose();
        }

        using (MutexGuard outer = first.Acquire(subclass: 1))
        {
            second.Acquire(subclass: 0).Dispose();
        }

        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: a subclass outside 0..7 is reported.</summary>
    [Fact]
    public void Subclass_AboveSeven_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        Locks.Mutex("A").Acquire(subclass: 8).Dispose();
        Assert.Equal([LockReportKind.Subclass], _validator.Kinds());
    }

    /// <summary>Goal: instances swapped under right subclasses are seen, every time, although the
    /// chain of classes is known.</summary>
    [Fact]
    public void InstanceOrder_IsCheckedOnEveryAcquisition()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A", NestingRule.SubclassAscending);
        RwSemaphore low = new(key, order: 1);
        RwSemaphore high = new(key, order: 2);
        using (ExclusiveGuard outer = low.AcquireExclusive(subclass: 0))
        {
            high.AcquireExclusive(subclass: 1).Dispose();
        }

        Assert.Empty(_validator.Reports);
        using (ExclusiveGuard outer = high.AcquireExclusive(subclass: 0))
        {
            low.AcquireExclusive(subclass: 1).Dispose();
        }

        Assert.Equal([LockReportKind.InstanceOrder], _validator.Kinds());
    }

    /// <summary>Goal: an ascending class may be held many times, upwards only.</summary>
    [Fact]
    public void Ascending_AllowsManyUpwards()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A", NestingRule.Ascending);
        using MutexGuard one = new FairMutex(key, order: 1).Acquire();
        using MutexGuard two = new FairMutex(key, order: 2).Acquire();
        using MutexGuard five = new FairMutex(key, order: 5).Acquire();
        Assert.Empty(_validator.Reports);
        using MutexGuard four = new FairMutex(key, order: 4).Acquire();
        Assert.Equal([LockReportKind.InstanceOrder], _validator.Kinds());
    }

    /// <summary>Goal: a held nest lock allows several of a class.</summary>
    [Fact]
    public void NestLock_ThatIsHeld_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex outer = Locks.Mutex("outer");
        LockKey key = Locks.Key("A");
        using MutexGuard guard = outer.Acquire();
        using NestScope nest = Lockdep.NestUnder(outer);
        using MutexGuard first = new FairMutex(key).Acquire();
        using MutexGuard second = new FairMutex(key).Acquire();
        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: a nest lock that is not held is reported.</summary>
    [Fact]
    public void NestLock_ThatIsNotHeld_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A");
        using NestScope nest = Lockdep.NestUnder(Locks.Mutex("outer"));
        using MutexGuard first = new FairMutex(key).Acquire();
        using MutexGuard second = new FairMutex(key).Acquire();
        Assert.Equal([LockReportKind.NestLockNotHeld], _validator.Kinds());
    }

    /// <summary>Goal: releasing twice (through a copied guard) is reported and harmless.</summary>
    [Fact]
    public void DoubleRelease_IsReportedAndNotDone()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        MutexGuard guard = mutex.Acquire();
        MutexGuard copy = guard;
        guard.Dispose();
        copy.Dispose();
        Assert.Equal([LockReportKind.NotHeld], _validator.Kinds());
        Assert.True(mutex.TryAcquire(out MutexGuard again));
        again.Dispose();
    }

    /// <summary>Goal: a release by a task that does not hold the lock is reported as
    /// such.</summary>
    [Fact]
    public void Release_ByAnotherTask_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        Folio folio = new();
        LockKey key = Locks.Key("folio");
        BitLock.Acquire(ref folio.Word, 1, folio, key);
        Scheduler.Spawn("thief", () => BitLock.Release(ref folio.Word, 1, folio, key)).Join();
        Assert.Equal([LockReportKind.WrongTask], _validator.Kinds());
        BitLock.HandOver(folio, key);
    }

    /// <summary>Goal: after a hand-over any task may release, silently.</summary>
    [Fact]
    public void Release_AfterAHandOver_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        Folio folio = new();
        LockKey key = Locks.Key("folio");
        BitLock.Acquire(ref folio.Word, 1, folio, key);
        BitLock.HandOver(folio, key);
        Assert.False(Lockdep.IsHeld(folio));
        Scheduler.Spawn("completion", () => BitLock.Release(ref folio.Word, 1, folio, key)).Join();
        Assert.Empty(_validator.Reports);
        Assert.Equal(0, folio.Word);
    }

    /// <summary>Goal: locks may be released in any order.</summary>
    [Fact]
    public void Release_OutOfOrder_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        FairMutex c = Locks.Mutex("C");
        MutexGuard first = a.Acquire();
        MutexGuard second = b.Acquire();
        first.Dispose();
        MutexGuard third = c.Acquire();
        second.Dispose();
        third.Dispose();
        Assert.Empty(_validator.Reports);
        Assert.Equal(
            ["A -> B", "B -> C"],
            _validator.Edges.Select(edge => $"{edge.From} -> {edge.To}"));
    }

    /// <summary>Goal: a task that ends with a lock is reported.</summary>
    [Fact]
    public void HeldAtTaskEnd_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        Scheduler.Spawn("careless", () => mutex.Acquire()).Join();
        Assert.Equal([LockReportKind.HeldAtEnd], _validator.Kinds());
    }

    /// <summary>Goal: a lock whose object goes away while held is reported.</summary>
    [Fact]
    public void DestroyedWhileHeld_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        Lockdep.MarkDestroyed(mutex);
        Assert.Empty(_validator.Reports);
        using MutexGuard guard = mutex.Acquire();
        Lockdep.MarkDestroyed(mutex);
        Assert.Equal([LockReportKind.DestroyedWhileHeld], _validator.Kinds());
    }

    /// <summary>Goal: a pinned lock must not be dropped, even to be retaken.</summary>
    [Fact]
    public void Pin_CatchesARelease()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        MutexGuard guard = mutex.Acquire();
        using (PinScope pin = Lockdep.Pin(mutex))
        {
            guard.Dispose();
        }

        Assert.Equal([LockReportKind.Pinned], _validator.Kinds());
    }

    /// <summary>Goal: a pin that ends in time is silent.</summary>
    [Fact]
    public void Pin_ThatEnded_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        MutexGuard guard = mutex.Acquire();
        Lockdep.Pin(mutex).Dispose();
        guard.Dispose();
        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: a class that is not validated takes part in nothing but the held
    /// stack.</summary>
    [Fact]
    public void NoValidate_IsLeftAlone()
    {
        using ValidatorScope scope = _validator.Use();
        LockClass wild = new(0, "A", LockKind.Sleeping, NestingRule.Single, "a test")
        {
            IsValidated = false,
        };
        FairMutex a = new(wild.Key);
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        Locks.Nest(b, a);
        using MutexGuard guard = a.Acquire();
        a.AssertHeld();
        Assert.Empty(_validator.Reports);
        Assert.Empty(_validator.Edges);
    }

    /// <summary>Goal: a known chain takes the hit path. Method: count hits over
    /// repetitions.</summary>
    [Fact]
    public void ChainCache_HitsWhatItKnows()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        LockStatistics first = _validator.Statistics;
        Assert.Equal(0, first.ChainHitCount);
        Assert.Equal(2, first.ChainCount);
        for (int round = 0; round < 10; round++)
        {
            Locks.Nest(a, b);
        }

        Assert.Equal(20, _validator.Statistics.ChainHitCount);
        Assert.Equal(22, _validator.Statistics.AcquisitionCount);
        Assert.Equal(2, _validator.Statistics.ChainCount);
    }

    /// <summary>Goal: a class made for every object is noticed, once.</summary>
    [Fact]
    public void ClassExplosion_IsReportedOnce()
    {
        LockValidator small = new(classLimit: 10);
        using ValidatorScope scope = small.Use();
        for (int index = 0; index < 20; index++)
        {
            Locks.Mutex($"A{index}").Acquire().Dispose();
        }

        Assert.Equal([LockReportKind.ClassExplosion], small.Kinds());
        Assert.Equal(10, small.Statistics.ClassCount);
    }

    /// <summary>Goal: a sleeping lock inside a latch is reported, a latch inside a latch is not.
    /// </summary>
    [Fact]
    public void Sleeping_InsideASpinLatch_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        SpinLatch latch = new(LockClasses.CacheTree.Key);
        using SpinGuard guard = latch.Acquire();
        using (SpinGuard inner = new SpinLatch(LockClasses.ReclaimQueue.Key).Acquire())
        {
            Assert.Empty(_validator.Reports);
        }

        Locks.Mutex("A").Acquire().Dispose();
        Assert.Equal([LockReportKind.WaitContext], _validator.Kinds());
    }

    /// <summary>Goal: a wait that is no lock is reported inside a latch as well.</summary>
    [Fact]
    public void Waiting_InsideASpinLatch_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        using SpinGuard guard = new SpinLatch(LockClasses.CacheTree.Key).Acquire();
        NonBlocking.AssertMayBlock("device read");
        Assert.Equal([LockReportKind.WaitContext], _validator.Kinds());
    }

    /// <summary>Goal: the declared ranks are checked on the first wrong order.</summary>
    [Fact]
    public void Ranks_AreCheckedWithoutTheReverseOrder()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore map = new(LockClasses.BlockMap.Key);
        RwSemaphore inode = new(LockClasses.InodeFile.Key);
        using SharedGuard outer = map.AcquireShared();
        using SharedGuard inner = inode.AcquireShared();
        Assert.Equal([LockReportKind.Rank], _validator.Kinds());
    }

    /// <summary>Goal: of equal ranks only one may be held.</summary>
    [Fact]
    public void Ranks_ThatAreEqual_DoNotNest()
    {
        using ValidatorScope scope = _validator.Use();
        using MutexGuard outer = new FairMutex(LockClasses.Folio.Key).Acquire();
        using MutexGuard inner = new FairMutex(LockClasses.DaxEntry.Key).Acquire();
        Assert.Equal([LockReportKind.Rank], _validator.Kinds());
    }

    /// <summary>Goal: the outermost locks of an image's file system may be taken inside the inner
    /// ones of another type that it is stored in; of the same type it is a broken rank.</summary>
    [Fact]
    public void Ranks_StartAgainInAnotherFileSystemType()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore map = new(LockClasses.BlockMap.For("ext4"));
        using SharedGuard outer = map.AcquireShared();
        new RwSemaphore(LockClasses.InodeFile.For("xfs")).AcquireShared().Dispose();
        Assert.Empty(_validator.Reports);
        new RwSemaphore(LockClasses.InodeFile.For("ext4")).AcquireShared().Dispose();
        Assert.Equal([LockReportKind.Rank], _validator.Kinds());
    }

    /// <summary>Goal: leaving with a lock held is reported where the door asks.</summary>
    [Fact]
    public void ExpectNothingHeld_Reports()
    {
        using ValidatorScope scope = _validator.Use();
        Lockdep.ExpectNothingHeld("return to the user");
        Assert.Empty(_validator.Reports);
        using MutexGuard guard = Locks.Mutex("A").Acquire();
        Lockdep.ExpectNothingHeld("return to the user");
        Assert.Equal([LockReportKind.HeldAtEnd], _validator.Kinds());
    }

    private sealed class Folio
    {
        public int Word;
    }
}
