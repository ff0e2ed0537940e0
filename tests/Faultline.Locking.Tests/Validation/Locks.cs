// Small helpers of the validator tests: fresh classes without ranks, and what was reported.

using System.Collections.Generic;
using System.Linq;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Validation;

internal static class Locks
{
    public static LockKey Key(string name, NestingRule rule = NestingRule.Single) =>
        new LockClass(0, name, LockKind.Sleeping, rule, "a test").Key;

    public static FairMutex Mutex(string name) => new(Key(name));

    public static RwSemaphore Semaphore(string name) => new(Key(name));

    public static PseudoLock Pseudo(string name) =>
        new(new LockClass(0, name, LockKind.Pseudo, NestingRule.Single, "a test").Key);

    /// <summary>Takes locks one inside the other and releases them again.</summary>
    public static void Nest(params FairMutex[] chain) => NestFrom(chain, 0);

    public static IEnumerable<LockReportKind> Kinds(this LockValidator validator) =>
        validator.Reports.Select(static report => report.Kind);

    private static void NestFrom(FairMutex[] chain, int index)
    {
        if (index < chain.Length)
        {
            using MutexGuard guard = chain[index].Acquire();
            NestFrom(chain, index + 1);
        }
    }
}
