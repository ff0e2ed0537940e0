// Many sequences; and, when one diverges, the shortest part of it that still does.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Faultline.Reference;

/// <summary>Runs sequences and shrinks failures.</summary>
internal sealed class ModelCampaign(Func<IModelTarget> makeTarget, int files)
{
    private const int ShrinkRunsMax = 400;
    private readonly long[] _attempts = new long[Enum.GetValues<ModelOpKind>().Length];
    private readonly long[] _successes = new long[Enum.GetValues<ModelOpKind>().Length];

    internal long Attempts => Sum(_attempts);

    internal long Successes => Sum(_successes);

    internal double FullnessMin { get; private set; } = 1;

    internal double FullnessMax { get; private set; }

    /// <summary>Runs sequences of a length until a number of operations is reached. Null, or what went wrong with the
    /// sequence that shows it.</summary>
    internal string? Run(ulong firstSeed, long operations, int length)
    {
        ulong seed = firstSeed;
        while (Attempts < operations)
        {
            List<ModelOp> ops = OpSequence.Draw(seed, length, files);
            string? failure = RunOnce(ops, counts: true);
            if (failure is not null)
            {
                return Shrink(ops, failure, seed, length);
            }

            seed++;
        }

        return null;
    }

    internal string Counts()
    {
        StringBuilder text = new();
        foreach (ModelOpKind kind in Enum.GetValues<ModelOpKind>())
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"{kind} {_successes[(int)kind]}/{_attempts[(int)kind]}  ");
        }

        return text.ToString();
    }

    private string? RunOnce(List<ModelOp> ops, bool counts)
    {
        long[] attempts = counts ? _attempts : new long[_attempts.Length];
        long[] successes = counts ? _successes : new long[_attempts.Length];
        IModelTarget target = makeTarget();
        ModelRun run = new(target, files, attempts, successes);
#pragma warning disable CA1031 // Whatever it throws is a finding.
        try
        {
            run.Run(ops);
            run.CloseFiles();
            target.Dispose();
        }
        catch (Exception failure)
        {
            // The target is left as it is: taking it down would fail, too, and hide the cause.
            return $"{target.Name}: {failure.GetType().Name}: {failure.Message}{FirstFrames(failure)}";
        }
#pragma warning restore CA1031

        FullnessMin = Math.Min(FullnessMin, run.FullnessMin);
        FullnessMax = Math.Max(FullnessMax, run.FullnessMax);
        return null;
    }

    private static string FirstFrames(Exception failure)
    {
        string[] frames = (failure.StackTrace ?? "").Split('\n');
        return "\n" + string.Join('\n', frames[..Math.Min(12, frames.Length)]);
    }

    // Leaves out halves, quarters, ... as long as what is left still fails.
    private string Shrink(List<ModelOp> ops, string failure, ulong seed, int length)
    {
        int runs = 0;
        for (int chunk = ops.Count / 2; chunk > 0 && runs < ShrinkRunsMax; chunk /= 2)
        {
            for (int start = 0; start < ops.Count && runs < ShrinkRunsMax;)
            {
                List<ModelOp> shorter = [.. ops];
                shorter.RemoveRange(start, Math.Min(chunk, ops.Count - start));
                runs++;
                string? still = RunOnce(shorter, counts: false);
                if (still is not null)
                {
                    ops = shorter;
                    failure = still;
                }
                else
                {
                    start += chunk;
                }
            }
        }

        StringBuilder text = new();
        _ = text.Append(CultureInfo.InvariantCulture, $"{failure}\nreplay: seed {seed}, {length} operations, {files} files");
        foreach (ModelOp op in ops)
        {
            _ = text.Append('\n').Append(op);
        }

        return text.ToString();
    }

    private static long Sum(long[] counts)
    {
        long sum = 0;
        foreach (long count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
