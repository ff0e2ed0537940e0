// Replays the fast commits behind the last full commit. For a volume opened for reading nothing is
// written anywhere: what they changed is kept as outcomes, which inodes, maps and directories
// consult before the disk.

using Faultline.Ext.Journal;
using Faultline.Jbd2.Recovery;

namespace Faultline.Ext.FastCommit;

/// <summary>Replays fast commits.</summary>
internal static class FastCommitReplay
{
    /// <summary>Replays the fast commits of a journal.</summary>
    /// <param name="volume">The volume with the full commits in place.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="recovery">What the replay of the full commits did.</param>
    /// <param name="summary">What this one did.</param>
    /// <returns>The changes, or null when there are none.</returns>
    /// <errors>FsException EUCLEAN for a complete fast commit that cannot be applied.</errors>
    internal static FastCommitChanges? Run(
        ExtVolume volume,
        ExtJournal journal,
        RecoverySummary recovery,
        out FastCommitSummary? summary)
    {
        summary = null;
        if (!recovery.WasDirty || (journal.Super.FastCommitBlockCount == 0))
        {
            return null;
        }

        FastCommitReader reader = new(journal, recovery.NextSequence);
        reader.Read();
        if (reader.CommitCount == 0)
        {
            return null;
        }

        summary = new FastCommitSummary(reader.CommitCount, reader.Tags.Count);
        return FastCommitChanges.Apply(volume, reader.Tags);
    }
}
