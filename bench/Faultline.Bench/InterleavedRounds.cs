// Compares variants on a machine that others use as well: the variants run in turn, round after
// round, so that a slow second hits all of them, and medians and ratios of the same rounds are
// used.

using System;
using System.Collections.Generic;
using System.Linq;

namespace Faultline.Bench;

/// <summary>Named variants, measured in turn.</summary>
internal sealed class InterleavedRounds
{
    private readonly List<(string Name, Func<double> Measure)> _variants = [];
    private readonly Dictionary<string, List<double>> _samples = [];

    /// <summary>Adds a variant.</summary>
    /// <param name="name">For tables.</param>
    /// <param name="measure">Runs it once and returns a number, of which the unit is the caller's.
    /// </param>
    public InterleavedRounds Add(string name, Func<double> measure)
    {
        _variants.Add((name, measure));
        _samples.Add(name, []);
        return this;
    }

    /// <summary>Runs all variants once unmeasured and then in rounds.</summary>
    public InterleavedRounds Run(int roundCount)
    {
        foreach ((_, Func<double> measure) in _variants)
        {
            measure();
        }

        for (int round = 0; round < roundCount; round++)
        {
            foreach ((string name, Func<double> measure) in _variants)
            {
                _samples[name].Add(measure());
            }
        }

        return this;
    }

    /// <summary>One more round; before the first, once unmeasured.</summary>
    /// <param name="isWarm">Whether there was a round before.</param>
    public InterleavedRounds Continue(bool isWarm)
    {
        if (!isWarm)
        {
            foreach ((_, Func<double> measure) in _variants)
            {
                measure();
            }
        }

        foreach ((string name, Func<double> measure) in _variants)
        {
            _samples[name].Add(measure());
        }

        return this;
    }

    public double Median(string name) => MedianOf(_samples[name]);

    /// <summary>The median over the rounds of one variant's number divided by another's.</summary>
    public double Ratio(string name, string baseline) => MedianOf(
        _samples[name].Zip(_samples[baseline], static (mine, theirs) => mine / theirs));

    private static double MedianOf(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return (sorted.Length & 1) == 1
            ? sorted[middle]
            : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
