// What a driver is told about a rename.

using System;
using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>A rename that passed every check of the VFS. The old directory is the inode it is asked of.</summary>
public readonly ref struct RenameRequest
{
    /// <summary>Name in the old directory.</summary>
    public required ReadOnlySpan<byte> OldName { get; init; }

    /// <summary>What it names.</summary>
    public required Inode Source { get; init; }

    /// <summary>The new directory; perhaps the same.</summary>
    public required Inode NewDirectory { get; init; }

    /// <summary>Name in the new directory.</summary>
    public required ReadOnlySpan<byte> NewName { get; init; }

    /// <summary>What the new name names now, to be replaced or exchanged; null when it is free.</summary>
    public required Inode? Target { get; init; }

    /// <summary>Exchange, whiteout, or none.</summary>
    public required RenameFlags Flags { get; init; }

    /// <summary>The time of the change.</summary>
    public required UnixTime Now { get; init; }

    /// <summary>Owner of a whiteout.</summary>
    public uint WhiteoutUid { get; init; }

    /// <summary>Group of a whiteout.</summary>
    public uint WhiteoutGid { get; init; }

    /// <summary>Whether the old name becomes a whiteout: a character device 0:0 without permissions.</summary>
    public bool IsWhiteout => (Flags & RenameFlags.RENAME_WHITEOUT) != 0;

    /// <summary>Whether two names are exchanged.</summary>
    public bool IsExchange => (Flags & RenameFlags.RENAME_EXCHANGE) != 0;
}
