// Bit locks and pseudo locks given away by their holder until somebody else releases them, so that
// a release out of nowhere can be told from a release of what was handed over. Locks: the gate
// guards the table.

using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace Faultline.Locking.Validation;

/// <summary>Holds that belong to no task.</summary>
internal static class HandedOverLocks
{
    private static readonly ConditionalWeakTable<object, List<LockKey>> s_table = [];
    private static Gate s_gate;

    public static void Add(object owner, LockKey key)
    {
        s_gate.Enter();
        s_table.GetOrCreateValue(owner).Add(key);
        s_gate.Exit();
    }

    public static bool Remove(object owner, LockKey key)
    {
        s_gate.Enter();
        bool isKnown = s_table.TryGetValue(owner, out List<LockKey>? keys) && keys.Remove(key);
        s_gate.Exit();
        return isKnown;
    }
}
