// The lock validator: checks every acquisition against the held stack of its task and the orders in
// which classes were taken before, by anybody. What depends on classes and modes only is checked
// once a chain (see ChainCache); what depends on the instances is checked every time.
//
// It goes on after a report: an edge that would close a cycle or break the ranks is reported once
// and left out of the graph. Equal findings are one report.
// Locks: _gate guards graph and reports; the hit path takes no lock and allocates nothing.

using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Faultline.Locking.Validation;

/// <summary>A lock validator; tasks use <see cref="Lockdep.Global"/> unless given their
/// own.</summary>
public sealed partial class LockValidator
{
    /// <summary>The most lock classes of a validator unless it is made with another
    /// limit.</summary>
    public const int DefaultClassLimit = 8191;

    private const int SubclassCount = 8;
    private const int ModeBits = 3;

    private readonly LockGraph _graph = new(); // guarded by _gate
    private readonly Dictionary<string, LockReport> _reports = []; // guarded by _gate, by signature
    private readonly List<LockReport> _reportOrder = []; // guarded by _gate
    private readonly HashSet<(int From, int To)> _brokenRanks = []; // guarded by _gate
    private readonly ChainCache _chains = new();
    private readonly StripedCounter _acquisitions = new();
    private readonly StripedCounter _hits = new();
    private readonly int _classLimit;
    private Gate _gate;

    /// <summary>Makes a validator that has seen nothing.</summary>
    /// <param name="classLimit">After this many classes it reports once and ignores new
    /// ones.</param>
    public LockValidator(int classLimit = DefaultClassLimit)
    {
        _classLimit = classLimit;
    }

    /// <summary>What it has found, oldest first.</summary>
    public IReadOnlyList<LockReport> Reports
    {
        get
        {
            _gate.Enter();
            LockReport[] copy = [.. _reportOrder];
            _gate.Exit();
            return copy;
        }
    }

    /// <summary>The orders it has seen.</summary>
    public IReadOnlyList<LockEdge> Edges
    {
        get
        {
            _gate.Enter();
            LockEdge[] copy = [.. _graph.Edges];
            _gate.Exit();
            return copy;
        }
    }

    /// <summary>Numbers.</summary>
    public LockStatistics Statistics
    {
        get
        {
            _gate.Enter();
            int classes = _graph.NodeCount;
            int edges = _graph.Edges.Count;
            int reports = _reportOrder.Count;
            _gate.Exit();
            return new LockStatistics(
                classes, edges, _chains.Count, _acquisitions.Value, _hits.Value, reports);
        }
    }

    /// <summary>Makes the current task (and tasks it spawns) use this validator.</summary>
    /// <returns>The scope; hold no lock at either end of it.</returns>
    public ValidatorScope Use() => new(TaskContext.Current, this);

    /// <summary>The name of a class and mode in a held stack's hash.</summary>
    internal static int TokenOf(LockKey key, int subclass, LockMode mode) =>
        (((key.Id * SubclassCount) + (subclass & (SubclassCount - 1))) << ModeBits) | (int)mode;

    /// <summary>Checks an acquisition before it happens (or, for a try, after it
    /// succeeded).</summary>
    internal void Check(TaskContext task, in LockRequest request, bool isTry)
    {
        _acquisitions.Increment(task.Id);
        if (!request.Key.Class.IsValidated)
        {
            return;
        }

        if ((uint)request.Subclass >= SubclassCount)
        {
            ReportSubclass(task, request);
            return;
        }

        if (isTry)
        {
            return; // A try cannot wait, so nothing held becomes an outer lock of it.
        }

        if (task.SpinDepth > 0 && request.Key.Class.Kind != LockKind.Spin)
        {
            ReportSleep(task, request.Key.Name);
        }

        CheckSameClass(task, request);
        int token = TokenOf(request.Key, request.Subclass, request.Mode);
        ulong hash = ChainCache.Mix(task.ChainHash, token);
        if (_chains.Contains(hash, task.Held, token))
        {
            _hits.Increment(task.Id);
            return;
        }

        CheckChain(task, request);
        _chains.Add(hash, task.Held, token);
    }

    /// <summary>Recomputes the rolling hash from an entry of the held stack upwards.</summary>
    internal static void Rehash(TaskContext task, int index)
    {
        Span<HeldLock> held = task.Held;
        ulong hash = index == 0 ? 0 : held[index - 1].ChainHash;
        for (; index < held.Length; index++)
        {
            ref HeldLock each = ref held[index];
            each.Token = TokenOf(each.Key!, each.Subclass, each.Mode);
            hash = ChainCache.Mix(hash, each.Token);
            each.ChainHash = hash;
        }

        task.ChainHash = hash;
    }

    /// <summary>Two locks of one class: recursion, nest locks and instance order.</summary>
    private void CheckSameClass(TaskContext task, in LockRequest request)
    {
        foreach (ref HeldLock held in task.Held)
        {
            if (!ReferenceEquals(held.Key, request.Key))
            {
                continue;
            }

            bool areRecursive = held.Mode == LockMode.RecursiveShared
                && request.Mode == LockMode.RecursiveShared;
            if (areRecursive)
            {
                continue;
            }

            if (ReferenceEquals(held.Instance, request.Instance))
            {
                ReportRecursion(task, request, held, "the same lock is held already");
                continue;
            }

            CheckSecondInstance(task, request, held);
        }
    }

    private void CheckSecondInstance(
        TaskContext task, in LockRequest request, in HeldLock held)
    {
        if (task.NestLock is object nestLock)
        {
            if (!Lockdep.IsHeld(nestLock))
            {
                ReportNestLock(task, request);
            }

            return;
        }

        NestingRule rule = request.Key.Class.Nesting;
        bool hasOrders = held.Order != 0 && request.Order != 0;
        bool isAscending = hasOrders && held.Order < request.Order;
        bool isAllowed = rule switch
        {
            NestingRule.Single => false,
            NestingRule.Subclass => held.Subclass != request.Subclass,
            NestingRule.SubclassAscending => held.Subclass != request.Subclass,
            NestingRule.Ascending => hasOrders,
        };
        if (!isAllowed)
        {
            ReportRecursion(task, request, held, "another lock of its class is held already");
            return;
        }

        if (rule != NestingRule.Subclass && hasOrders && !isAscending)
        {
            ReportInstanceOrder(task, request, held);
        }
    }

    /// <summary>A chain that was not seen before: adds its edges and looks for cycles.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void CheckChain(TaskContext task, in LockRequest request)
    {
        LockNode? target = NodeOf(task, request.Key, request.Subclass);
        LockSite? site = null;
        foreach (ref HeldLock held in task.Held)
        {
            bool isSameClass = ReferenceEquals(held.Key, request.Key)
                && held.Subclass == request.Subclass;
            if (target is null || isSameClass || !held.Key!.Class.IsValidated)
            {
                continue;
            }

            LockNode? source = NodeOf(task, held.Key, held.Subclass);
            if (source is null || IsKnown(source, held.Mode, target, request.Mode))
            {
                continue;
            }

            site ??= LockSite.Capture(task);
            AddEdge(task, new LockEdge(source, held.Mode, target, request.Mode, site));
        }
    }

    private bool IsKnown(LockNode source, LockMode held, LockNode target, LockMode wanted)
    {
        _gate.Enter();
        bool isKnown = _graph.Contains(source, held, target, wanted);
        _gate.Exit();
        return isKnown;
    }

    private LockNode? NodeOf(TaskContext task, LockKey key, int subclass)
    {
        int id = (key.Id * SubclassCount) + subclass;
        _gate.Enter();
        LockNode? node = _graph.Find(id);
        bool isFull = node is null && _graph.NodeCount >= _classLimit;
        if (node is null && !isFull)
        {
            node = _graph.Add(id, key, subclass);
        }

        _gate.Exit();
        if (isFull)
        {
            ReportExplosion(task, _classLimit);
        }

        return node;
    }

    private void AddEdge(TaskContext task, LockEdge edge)
    {
        if (BreaksRank(edge))
        {
            ReportRank(task, edge);
            return;
        }

        _gate.Enter();
        List<LockEdge>? wayBack = null;
        if (!_graph.Contains(edge.Source, edge.FromMode, edge.Target, edge.ToMode))
        {
            wayBack = _graph.FindWayBack(edge);
            if (wayBack is null)
            {
                _graph.Add(edge);
            }
        }

        _gate.Exit();
        if (wayBack is not null)
        {
            ReportCycle(task, edge, wayBack);
        }
    }

    private static bool BreaksRank(LockEdge edge)
    {
        LockClass outer = edge.FromClass;
        LockClass inner = edge.ToClass;
        bool isRanked = outer.Rank != 0 && inner.Rank != 0 && !ReferenceEquals(outer, inner);
        if (!isRanked || inner.Rank > outer.Rank)
        {
            return false;
        }

        // An image inside an image of another type starts again at the outer ranks; the graph still
        // judges those orders.
        string outerType = edge.Source.Key.FileSystemType;
        string innerType = edge.Target.Key.FileSystemType;
        bool areDifferent = outerType.Length != 0 && innerType.Length != 0
            && outerType != innerType;
        return !areDifferent;
    }
}
