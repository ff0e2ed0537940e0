// The dependency graph and the search for strong cycles. A cycle is strong, and so a possible
// deadlock, when at each of its classes the mode wanted by one task can be kept waiting by the mode
// held by the next (ModeMatrix). So the search walks over (class, mode wanted), not over classes.
// Invariant: the graph has no strong cycle, because an edge that would close one is not added.
// Locks: all members are called under the validator's gate.

using System.Collections.Generic;

namespace Faultline.Locking.Validation;

/// <summary>Classes and the orders in which they were taken.</summary>
internal sealed class LockGraph
{
    private readonly Dictionary<int, LockNode> _nodes = [];
    private readonly Dictionary<(int From, int To, int Modes), LockEdge> _edges = [];

    public int NodeCount => _nodes.Count;

    public IReadOnlyCollection<LockEdge> Edges => _edges.Values;

    public LockNode? Find(int id) => _nodes.GetValueOrDefault(id);

    public LockNode Add(int id, LockKey key, int subclass)
    {
        LockNode node = new(id, key, subclass);
        _nodes.Add(id, node);
        return node;
    }

    public bool Contains(LockNode from, LockMode fromMode, LockNode to, LockMode toMode) =>
        _edges.ContainsKey(KeyOf(from, fromMode, to, toMode));

    public void Add(LockEdge edge)
    {
        _edges.Add(KeyOf(edge.Source, edge.FromMode, edge.Target, edge.ToMode), edge);
        edge.Source.Outgoing.Add(edge);
    }

    /// <summary>The shortest way back from the end of an edge to its start, or null.</summary>
    public List<LockEdge>? FindWayBack(LockEdge closing)
    {
        Queue<Step> pending = new();
        HashSet<(int Node, LockMode Wanted)> visited = [];
        pending.Enqueue(new Step(closing.Target, closing.ToMode, null, null));
        _ = visited.Add((closing.Target.Id, closing.ToMode));
        while (pending.TryDequeue(out Step? step))
        {
            foreach (LockEdge edge in step.Node.Outgoing)
            {
                if (!ModeMatrix.Blocks(edge.FromMode, step.Wanted))
                {
                    continue;
                }

                Step next = new(edge.Target, edge.ToMode, edge, step);
                bool isBack = ReferenceEquals(edge.Target, closing.Source);
                if (isBack && ModeMatrix.Blocks(closing.FromMode, edge.ToMode))
                {
                    return PathTo(next);
                }

                if (visited.Add((edge.Target.Id, edge.ToMode)))
                {
                    pending.Enqueue(next);
                }
            }
        }

        return null;
    }

    private static List<LockEdge> PathTo(Step last)
    {
        List<LockEdge> path = [];
        for (Step? step = last; step?.Edge is not null; step = step.Before)
        {
            path.Add(step.Edge);
        }

        path.Reverse();
        return path;
    }

    private static (int From, int To, int Modes) KeyOf(
        LockNode from, LockMode fromMode, LockNode to, LockMode toMode) =>
        (from.Id, to.Id, ((int)fromMode * 8) + (int)toMode);

    /// <summary>A class reached while wanting a mode, and how it was reached.</summary>
    private sealed record Step(LockNode Node, LockMode Wanted, LockEdge? Edge, Step? Before);
}
