// Draws sequences.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Reference;

/// <summary>Draws sequences of operations.</summary>
internal static class OpSequence
{
    private static readonly (ModelOpKind Kind, int Weight)[] s_weights =
    [
        (ModelOpKind.Write, 24), (ModelOpKind.ShortWrite, 4), (ModelOpKind.Read, 14), (ModelOpKind.Store, 6),
        (ModelOpKind.TruncateDown, 3), (ModelOpKind.TruncateUp, 4), (ModelOpKind.Punch, 6), (ModelOpKind.Zero, 4),
        (ModelOpKind.Collapse, 2), (ModelOpKind.Insert, 2), (ModelOpKind.Allocate, 4), (ModelOpKind.Unshare, 1),
        (ModelOpKind.DirectRead, 3), (ModelOpKind.DirectWrite, 4), (ModelOpKind.SeekData, 3), (ModelOpKind.SeekHole, 3),
        (ModelOpKind.Fsync, 3), (ModelOpKind.Sync, 1), (ModelOpKind.Background, 4), (ModelOpKind.DropClean, 5),
        (ModelOpKind.Clone, 3), (ModelOpKind.Dedupe, 2), (ModelOpKind.Exchange, 2), (ModelOpKind.Remove, 1),
    ];

    internal static List<ModelOp> Draw(ulong seed, int count, int files)
    {
        Prng random = new(seed);
        int total = 0;
        foreach ((ModelOpKind kind, int weight) in s_weights)
        {
            total += weight;
        }

        List<ModelOp> ops = new(count);
        for (int index = 0; index < count; index++)
        {
            int pick = (int)random.Below(total);
            int at = 0;
            while (pick >= s_weights[at].Weight)
            {
                pick -= s_weights[at].Weight;
                at++;
            }

            ops.Add(new ModelOp(
                s_weights[at].Kind,
                (int)random.Below(files),
                (int)random.Below(files),
                (long)(random.Next() >> 2),
                (long)(random.Next() >> 2),
                random.Next()));
        }

        return ops;
    }
}
