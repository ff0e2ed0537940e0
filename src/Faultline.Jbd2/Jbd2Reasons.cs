// Every cause of failure of this room, each raised at exactly one place.

using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Jbd2;

/// <summary>The causes of failure of journals.</summary>
public static class Jbd2Reasons
{
    /// <summary>The journal's superblock has no magic.</summary>
    public static readonly Reason SuperMagic =
        new("Jbd2.SuperMagic", Errno.EUCLEAN, "journal superblock: wrong magic");

    /// <summary>The journal's superblock is neither version 1 nor 2.</summary>
    public static readonly Reason SuperVersion =
        new("Jbd2.SuperVersion", Errno.EUCLEAN, "journal superblock: unknown version");

    /// <summary>The journal's superblock does not match its checksum.</summary>
    public static readonly Reason SuperChecksum =
        new("Jbd2.SuperChecksum", Errno.EUCLEAN, "journal superblock: wrong checksum");

    /// <summary>The journal's checksum algorithm is unknown.</summary>
    public static readonly Reason SuperChecksumType = new(
        "Jbd2.SuperChecksumType", Errno.EUCLEAN, "journal superblock: unknown checksum algorithm");

    /// <summary>Checksum versions exclude each other.</summary>
    public static readonly Reason SuperChecksumVersions = new(
        "Jbd2.SuperChecksumVersions",
        Errno.EUCLEAN,
        "journal superblock: checksum versions that exclude each other");

    /// <summary>The journal needs what we do not know.</summary>
    public static readonly Reason SuperIncompat = new(
        "Jbd2.SuperIncompat", Errno.EOPNOTSUPP, "journal superblock: unsupported feature");

    /// <summary>The journal's block size is not the volume's.</summary>
    public static readonly Reason SuperBlockSize = new(
        "Jbd2.SuperBlockSize", Errno.EUCLEAN, "journal superblock: block size is not the volume's");

    /// <summary>The journal claims more blocks than its file has.</summary>
    public static readonly Reason SuperLength = new(
        "Jbd2.SuperLength", Errno.EUCLEAN, "journal superblock: longer than the journal's file");

    /// <summary>First block, start or fast-commit area do not lie inside the journal.</summary>
    public static readonly Reason SuperGeometry = new(
        "Jbd2.SuperGeometry", Errno.EUCLEAN, "journal superblock: positions outside the journal");

    /// <summary>A block of the journal is not mapped to the device.</summary>
    public static readonly Reason Unmapped =
        new("Jbd2.Unmapped", Errno.EUCLEAN, "journal: block is not mapped to the device");

    /// <summary>A journaled block belongs outside the device.</summary>
    public static readonly Reason TargetOutOfRange = new(
        "Jbd2.TargetOutOfRange", Errno.EUCLEAN, "journal: a tag names a block beyond the device");

    /// <summary>A journaled block does not match its tag's checksum.</summary>
    public static readonly Reason TagChecksum = new(
        "Jbd2.TagChecksum", Errno.EUCLEAN, "journal: a block does not match its tag's checksum");

    /// <summary>A revocation block claims more bytes than it has.</summary>
    public static readonly Reason RevokeCount = new(
        "Jbd2.RevokeCount", Errno.EUCLEAN, "journal: revocation block with an impossible count");

    /// <summary>The log was aborted: nothing can be changed any more.</summary>
    public static readonly Reason Aborted =
        new("Jbd2.Aborted", Errno.EROFS, "metadata log: aborted, the volume is read-only");

    /// <summary>A handle asks for more than any transaction has.</summary>
    public static readonly Reason TooManyCredits =
        new("Jbd2.TooManyCredits", Errno.ENOSPC, "metadata log: more blocks asked for than a transaction has");

    /// <summary>The log's thread failed a check.</summary>
    public static readonly Reason ThreadEnded =
        new("Jbd2.ThreadEnded", Errno.EIO, "metadata log: its thread ended");

    /// <summary>The journal has a log that was not replayed.</summary>
    public static readonly Reason NeedsRecovery =
        new("Jbd2.NeedsRecovery", Errno.EUCLEAN, "journal superblock: the log was not replayed");

    /// <summary>The journal is too small to be written.</summary>
    public static readonly Reason LogSmall =
        new("Jbd2.LogSmall", Errno.EOPNOTSUPP, "journal superblock: log too small for writing");
}
