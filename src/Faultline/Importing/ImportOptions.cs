// How to copy into a volume.

namespace Faultline.Importing;

/// <summary>How to copy into a volume.</summary>
public sealed record ImportOptions
{
    /// <summary>Copy what directories hold; without it a directory is refused (EISDIR).</summary>
    public bool Recursive { get; init; } = true;

    /// <summary>Owner and group of the source; else 0, or what a set-group-id directory says.</summary>
    public bool PreserveOwner { get; init; } = true;

    /// <summary>All permission bits and the access ACL of the source; else its nine bits without those of the umask
    /// 022.</summary>
    public bool PreserveMode { get; init; } = true;

    /// <summary>Without <see cref="PreserveMode"/>: modes as of new files, 666 and 777 without the umask, whatever the
    /// source has.</summary>
    public bool IgnoresMode { get; init; }

    /// <summary>Access and modification times of the source; else now.</summary>
    public bool PreserveTimes { get; init; } = true;

    /// <summary>Extended attributes of the source.</summary>
    public bool PreserveXattrs { get; init; } = true;

    /// <summary>Names of one file in the source are names of one file in the copy.</summary>
    public bool PreserveLinks { get; init; } = true;

    /// <summary>What happens to a file that has the name already. Directories are merged.</summary>
    public ExistingTarget Existing { get; init; } = ExistingTarget.Overwrite;

    /// <summary>Which symbolic links of the source are followed.</summary>
    public LinkFollowing Links { get; init; } = LinkFollowing.Never;

    /// <summary>Where copies have holes.</summary>
    public HoleKeeping Holes { get; init; } = HoleKeeping.AsSource;

    /// <summary>What lies on other file systems of the host than the source is left out.</summary>
    public bool IsOneFileSystem { get; init; }
}
