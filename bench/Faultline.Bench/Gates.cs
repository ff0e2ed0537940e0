// The limits that a benchmark must keep, and whether it did.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Faultline.Bench;

internal sealed class Gates
{
    private readonly List<(string Name, double Value, string Rule, bool IsMet)> _gates = [];

    public bool AreAllMet => _gates.All(gate => gate.IsMet);

    public void AtMost(string name, double value, double limit) =>
        _gates.Add((name, value, $"at most {limit}", value <= limit));

    public void AtLeast(string name, double value, double limit) =>
        _gates.Add((name, value, $"at least {limit}", value >= limit));

    public void Print()
    {
        foreach ((string name, double value, string rule, bool isMet) in _gates)
        {
            Console.WriteLine($"gate {(isMet ? "met   " : "MISSED")} {name}: {value:F2}, {rule}");
        }
    }
}
