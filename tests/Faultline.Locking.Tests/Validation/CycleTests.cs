// Which orders of taking locks are reported as possible deadlocks. Nothing here ever hangs: the
// orders run one after the other, on one thread.

using System.Linq;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Validation;

public sealed class CycleTests
{
    private readonly LockValidator _validator = new();

    /// <summary>Goal: taking a held mutex again is reported. Method: declare it, do not
    /// hang.</summary>
    [Fact]
    public void AA_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex mutex = Locks.Mutex("A");
        using MutexGuard guard = mutex.Acquire();
        Lockdep.MightAcquire(
            new LockRequest(mutex, mutex.Key, LockMode.Exclusive));
        Assert.Equal([LockReportKind.Recursion], _validator.Kinds());
    }

    /// <summary>Goal: two mutexes of one class are recursion even if they are two
    /// objects.</summary>
    [Fact]
    public void AA_OfTwoInstances_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        LockKey key = Locks.Key("A");
        Locks.Nest(new FairMutex(key), new FairMutex(key));
        Assert.Equal([LockReportKind.Recursion], _validator.Kinds());
    }

    /// <summary>Goal: AB then BA is reported, with a two-edge cycle and both places.</summary>
    [Fact]
    public void ABBA_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        Assert.Empty(_validator.Reports);
        Locks.Nest(b, a);
        LockReport report = Assert.Single(_validator.Reports);
        Assert.Equal(LockReportKind.Circular, report.Kind);
        Assert.Equal(2, report.Cycle.Count);
        Assert.All(report.Cycle, edge => Assert.NotEmpty(edge.Site.Frames));
    }

    /// <summary>Goal: AB, BC, CA is reported with three edges.</summary>
    [Fact]
    public void ABBCCA_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        FairMutex c = Locks.Mutex("C");
        Locks.Nest(a, b);
        Locks.Nest(b, c);
        Assert.Empty(_validator.Reports);
        Locks.Nest(c, a);
        Assert.Equal(3, Assert.Single(_validator.Reports).Cycle.Count);
    }

    /// <summary>Goal: AB, BC, CD, DA is reported with four edges.</summary>
    [Fact]
    public void ABBCCDDA_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex[] chain = [.. "ABCD".Select(name => Locks.Mutex(name.ToString()))];
        Locks.Nest(chain[0], chain[1]);
        Locks.Nest(chain[1], chain[2]);
        Locks.Nest(chain[2], chain[3]);
        Assert.Empty(_validator.Reports);
        Locks.Nest(chain[3], chain[0]);
        Assert.Equal(4, Assert.Single(_validator.Reports).Cycle.Count);
    }

    /// <summary>Goal: the same wrong order twice is one report, and the validator goes
    /// on.</summary>
    [Fact]
    public void Reports_AreNotRepeatedAndDoNotStopTheValidator()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        FairMutex c = Locks.Mutex("C");
        Locks.Nest(a, b);
        Locks.Nest(b, a);
        Locks.Nest(c, b, a);
        Locks.Nest(b, a);
        Assert.Single(_validator.Reports);
        Locks.Nest(a, c);
        Locks.Nest(c, a);
        Assert.Equal(2, _validator.Reports.Count);
    }

    /// <summary>Goal: a closing edge that is a try cannot wait, so nothing is reported.</summary>
    [Fact]
    public void ABBA_ClosedByATry_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        using (MutexGuard outer = b.Acquire())
        {
            Assert.True(a.TryAcquire(out MutexGuard inner));
            inner.Dispose();
        }

        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: a lock got by a try is still held: what is taken inside it counts.</summary>
    [Fact]
    public void ABBA_WithATryAsSource_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        Locks.Nest(a, b);
        Assert.True(b.TryAcquire(out MutexGuard outer));
        a.Acquire().Dispose();
        outer.Dispose();
        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: a try in the middle hides nothing: A, try B, C gives A before C
    /// too.</summary>
    [Fact]
    public void Try_InTheMiddle_KeepsTheOuterEdge()
    {
        using ValidatorScope scope = _validator.Use();
        FairMutex a = Locks.Mutex("A");
        FairMutex b = Locks.Mutex("B");
        FairMutex c = Locks.Mutex("C");
        using (MutexGuard outer = a.Acquire())
        {
            Assert.True(b.TryAcquire(out MutexGuard middle));
            c.Acquire().Dispose();
            middle.Dispose();
        }

        Locks.Nest(b, a);
        Assert.Empty(_validator.Reports);
        Locks.Nest(c, a);
        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: read inside write of one semaphore is reported.</summary>
    [Fact]
    public void WriteThenRead_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore a = Locks.Semaphore("A");
        using ExclusiveGuard guard = a.AcquireExclusive();
        Lockdep.MightAcquire(
            new LockRequest(a, a.Key, LockMode.Shared));
        Assert.Equal([LockReportKind.Recursion], _validator.Kinds());
    }

    /// <summary>Goal: reading a semaphore twice is reported: a writer may queue in
    /// between.</summary>
    [Fact]
    public void ReadThenRead_OfASemaphore_IsReported()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore a = Locks.Semaphore("A");
        using SharedGuard outer = a.AcquireShared();
        using SharedGuard inner = a.AcquireShared();
        Assert.Equal([LockReportKind.Recursion], _validator.Kinds());
    }

    /// <summary>Goal: recursive readers may nest.</summary>
    [Fact]
    public void ReadThenRead_OfTheRecursiveKind_IsSilent()
    {
        using ValidatorScope scope = _validator.Use();
        PseudoLock a = Locks.Pseudo("A");
        using PseudoGuard outer = a.Hold(LockMode.RecursiveShared);
        using PseudoGuard inner = a.Hold(LockMode.RecursiveShared);
        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: exactly the strong circles are reported. Method: all modes of both locks in
    /// both orders, against the definition: each lock's holder must be able to block its taker.
    /// </summary>
    [Fact]
    public void Circles_AreReportedExactlyWhenStrong()
    {
        LockMode[] modes = [LockMode.Exclusive, LockMode.Shared, LockMode.RecursiveShared];
        int strong = 0;
        foreach (LockMode heldA in modes)
        {
            foreach (LockMode wantedB in modes)
            {
                foreach (LockMode heldB in modes)
                {
                    foreach (LockMode wantedA in modes)
                    {
                        bool expected = Blocks(heldB, wantedB) && Blocks(heldA, wantedA);
                        strong += expected ? 1 : 0;
                        Assert.Equal(expected, IsReported(heldA, wantedB, heldB, wantedA));
                    }
                }
            }
        }

        Assert.Equal(49, strong);
    }

    /// <summary>Goal: the modes are followed through a middle class. Method: A held, recursive
    /// read of B; B read-held, C; C held, A: only weak at B, so silent; with a plain read it is
    /// strong.</summary>
    [Theory]
    [InlineData(LockMode.RecursiveShared, 0)]
    [InlineData(LockMode.Shared, 1)]
    public void Circle_IsWeakAtAMiddleClass(LockMode wantedB, int reportCount)
    {
        using ValidatorScope scope = _validator.Use();
        PseudoLock a = Locks.Pseudo("A");
        PseudoLock b = Locks.Pseudo("B");
        PseudoLock c = Locks.Pseudo("C");
        Pair(a, LockMode.Exclusive, b, wantedB);
        Pair(b, LockMode.Shared, c, LockMode.Exclusive);
        Pair(c, LockMode.Exclusive, a, LockMode.Exclusive);
        Assert.Equal(reportCount, _validator.Reports.Count);
    }

    /// <summary>Goal: after a downgrade the lock counts as read-held.</summary>
    [Fact]
    public void Downgrade_ChangesTheModeHeld()
    {
        using ValidatorScope scope = _validator.Use();
        RwSemaphore a = Locks.Semaphore("A");
        FairMutex b = Locks.Mutex("B");
        ExclusiveGuard guard = a.AcquireExclusive();
        SharedGuard shared = guard.Downgrade();
        Assert.True(Lockdep.IsHeld(a, LockMode.Shared));
        b.Acquire().Dispose();
        shared.Dispose();
        LockEdge edge = Assert.Single(_validator.Edges);
        Assert.Equal(LockMode.Shared, edge.FromMode);
        using MutexGuard outer = b.Acquire();
        Lockdep.MightAcquire(
            new LockRequest(a, a.Key, LockMode.RecursiveShared));
        Assert.Empty(_validator.Reports);
    }

    /// <summary>Goal: the four modes of the invalidate lock form cycles with what they are taken
    /// with, in every pair of modes, because the lock is fair.</summary>
    [Theory]
    [InlineData(InvalidateMode.Fill, InvalidateMode.Invalidate)]
    [InlineData(InvalidateMode.Fill, InvalidateMode.Fill)]
    [InlineData(InvalidateMode.Modify, InvalidateMode.Freeze)]
    public void InvalidateLock_TakesPartInCycles(InvalidateMode held, InvalidateMode wanted)
    {
        using ValidatorScope scope = _validator.Use();
        InvalidateLock a = InvalidateLock.Create(InvalidatePolicy.RangeLock, Locks.Key("A"));
        FairMutex b = Locks.Mutex("B");
        using (InvalidateGuard outer = a.Acquire(held, 0, 9))
        {
            b.Acquire().Dispose();
        }

        using (MutexGuard outer = b.Acquire())
        {
            a.Acquire(wanted, 5, 20).Dispose();
        }

        Assert.Equal([LockReportKind.Circular], _validator.Kinds());
    }

    /// <summary>Goal: keys of two file-system types are two classes.</summary>
    [Fact]
    public void FileSystemTypes_AreDistinctClasses()
    {
        using ValidatorScope scope = _validator.Use();
        LockClass declared = new(0, "A", LockKind.Sleeping, NestingRule.Single, "a test");
        Locks.Nest(new FairMutex(declared.For("ext4")), new FairMutex(declared.For("xfs")));
        Assert.Empty(_validator.Reports);
        Assert.Same(declared.For("ext4"), declared.For("ext4"));
    }

    private static bool Blocks(LockMode held, LockMode wanted) =>
        wanted != LockMode.RecursiveShared || held == LockMode.Exclusive;

    private static bool IsReported(
        LockMode heldA, LockMode wantedB, LockMode heldB, LockMode wantedA)
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        PseudoLock a = Locks.Pseudo("A");
        PseudoLock b = Locks.Pseudo("B");
        Pair(a, heldA, b, wantedB);
        Pair(b, heldB, a, wantedA);
        return validator.Reports.Count == 1;
    }

    private static void Pair(PseudoLock outer, LockMode held, PseudoLock inner, LockMode wanted)
    {
        using PseudoGuard outerGuard = outer.Hold(held);
        using PseudoGuard innerGuard = inner.Hold(wanted);
    }
}
