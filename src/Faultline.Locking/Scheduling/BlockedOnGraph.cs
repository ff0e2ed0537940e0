// Who waits for what, held by whom: read from the held stacks, so it needs the validator on.

using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Faultline.Locking.Scheduling;

/// <summary>Describes the waits among tasks.</summary>
public static class BlockedOnGraph
{
    /// <summary>Describes every waiting task of the process. For diagnosis of a hang.</summary>
    /// <returns>One line a waiting task; empty when none waits.</returns>
    public static string DescribeProcess() => Describe(TaskContext.All());

    internal static string Describe(IEnumerable<TaskContext> tasks)
    {
        TaskContext[] all = [.. tasks];
        StringBuilder text = new();
        foreach (TaskContext waiter in all.Where(static task => task.WaitingFor is not null))
        {
            object target = waiter.WaitingFor!;
            string holders = string.Join(
                ", ", all.Where(task => Holds(task, target)).Select(static task => task.Name));
            string heldBy = holders.Length == 0 ? "held by no task" : $"held by {holders}";
            _ = text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{waiter.Name} waits for {NameOf(waiter, target)}, {heldBy}");
        }

        return text.ToString();
    }

    private static bool Holds(TaskContext task, object target)
    {
        foreach (HeldLock held in task.Held)
        {
            if (ReferenceEquals(held.Instance, target) && !held.IsWaiting)
            {
                return true;
            }
        }

        return false;
    }

    private static string NameOf(TaskContext waiter, object target)
    {
        foreach (HeldLock held in waiter.Held)
        {
            if (ReferenceEquals(held.Instance, target) && held.IsWaiting)
            {
                return $"{held.Key} ({held.Mode})";
            }
        }

        return target.ToString() ?? "something";
    }
}
