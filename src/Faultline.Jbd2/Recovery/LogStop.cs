// Why a walk over the log ended.

namespace Faultline.Jbd2.Recovery;

/// <summary>Why a walk over the log ended. None of them is damage: a log ends somewhere.</summary>
public enum LogStop
{
    /// <summary>The journal was clean: there was no log.</summary>
    Clean,

    /// <summary>The transaction asked for was reached.</summary>
    Reached,

    /// <summary>A block without the journal's magic.</summary>
    NoMagic,

    /// <summary>A block of an older transaction, left over from the last round.</summary>
    OldSequence,

    /// <summary>A block of a kind we do not know.</summary>
    UnknownBlock,

    /// <summary>A descriptor block that does not match its checksum.</summary>
    DescriptorChecksum,

    /// <summary>A revocation block that does not match its checksum.</summary>
    RevokeChecksum,

    /// <summary>A commit block that does not match its checksum, or a torn transaction.</summary>
    CommitChecksum,

    /// <summary>The whole log was walked without coming to its end.</summary>
    LogFull,
}
