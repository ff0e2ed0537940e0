// What is known of a volume's journal.

using Faultline.Base;
using Faultline.Ext.FastCommit;
using Faultline.Jbd2;
using Faultline.Jbd2.Recovery;

namespace Faultline.Ext;

/// <summary>What is known of a volume's journal.</summary>
/// <param name="Inode">The inode that holds it, or none.</param>
/// <param name="DeviceUuid">UUID of the device that holds it, or nil.</param>
/// <param name="Super">Its superblock, or null when it was not read.</param>
/// <param name="NeedsRecovery">Whether the volume asks for a replay.</param>
/// <param name="Recovery">What the replay into memory did, or null.</param>
/// <param name="FastCommits">What the fast commits did, or null.</param>
public sealed record ExtJournalInfo(
    InodeNumber Inode,
    Uuid DeviceUuid,
    JournalSuperBlock? Super,
    bool NeedsRecovery,
    RecoverySummary? Recovery,
    FastCommitSummary? FastCommits);
