// A kind of volume that crashes are tried on.

using System.Collections.Generic;

namespace Faultline.Lab.Crash;

/// <summary>A kind of volume.</summary>
/// <param name="Name">What it is called on the command line.</param>
/// <param name="Options">Options of mke2fs.</param>
/// <param name="BlockBytes">Bytes of a block.</param>
/// <param name="ShiftBytes">What ranges that are collapsed or inserted are multiples of.</param>
public sealed record CrashSetup(string Name, IReadOnlyList<string> Options, int BlockBytes, int ShiftBytes)
{
    /// <summary>Whether the journal has a device of its own.</summary>
    public bool HasExternalJournal { get; init; }

    /// <summary>Whether there is no journal: then only whose bytes a file shows is promised.</summary>
    public bool HasNoJournal { get; init; }

    /// <summary>Longest attribute value that fits.</summary>
    public int AttributeBytesMax { get; init; } = 500;

    /// <summary>Bytes of the volume.</summary>
    public int SizeBytes { get; init; } = 8 << 20;

    /// <summary>Inodes of the volume.</summary>
    public int Inodes { get; init; } = 64;

    /// <summary>All kinds.</summary>
    public static IReadOnlyList<CrashSetup> All { get; } =
    [
        new("ext4", ["-t", "ext4", "-b", "4096"], 4096, 4096)
        {
            AttributeBytesMax = 3000,
            SizeBytes = 16 << 20,
        },
        new("ext4-1k", ["-t", "ext4", "-b", "1024", "-O", "^orphan_file"], 1024, 1024),
        new("bigalloc", ["-t", "ext4", "-b", "1024", "-O", "bigalloc", "-C", "8192"], 1024, 8192),
        new("inline", ["-t", "ext4", "-b", "1024", "-O", "inline_data,ea_inode,^orphan_file"], 1024, 1024)
        {
            AttributeBytesMax = 9000,
        },
        new("ext3", ["-t", "ext3", "-b", "1024"], 1024, 1024),
        new("external", ["-t", "ext4", "-b", "1024"], 1024, 1024) { HasExternalJournal = true },
        new("none", ["-t", "ext4", "-b", "1024", "-O", "^has_journal"], 1024, 1024) { HasNoJournal = true },
        new("orphan-file", ["-t", "ext4", "-b", "1024", "-O", "orphan_file,^metadata_csum"], 1024, 1024),
    ];
}
