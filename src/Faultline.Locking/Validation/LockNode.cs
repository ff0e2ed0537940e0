// A node of the dependency graph: a lock key with a subclass. Guarded by the validator's gate.

using System.Collections.Generic;

namespace Faultline.Locking.Validation;

/// <summary>A class of the validator.</summary>
/// <param name="id">Key id times eight plus subclass.</param>
/// <param name="key">The key.</param>
/// <param name="subclass">0..7.</param>
internal sealed class LockNode(int id, LockKey key, int subclass)
{
    public int Id { get; } = id;

    public LockKey Key { get; } = key;

    public string Name { get; } = subclass == 0 ? key.Name : $"{key.Name}/{subclass}";

    public List<LockEdge> Outgoing { get; } = [];
}
