// (placeholder for the next commit)
using Faultline.Block.Devices;
using Faultline.Ext.Journal;
using Faultline.Jbd2.Recovery;

namespace Faultline.Ext.FastCommit;

internal static class FastCommitReplay
{
    internal static FastCommitSummary? Run(
        ExtVolume volume, OverlayDevice overlay, ExtJournal journal, RecoverySummary summary)
    {
        _ = volume;
        _ = overlay;
        _ = journal;
        _ = summary;
        return null;
    }
}
