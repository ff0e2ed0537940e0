// A soak of tmpfs.

using System.Collections.Generic;
using System.Globalization;
using Faultline.PageCache;
using Faultline.Tmpfs;
using Faultline.Vfs;
using Faultline.Vfs.Mounts;

namespace Faultline.Soak;

/// <summary>A small tmpfs.</summary>
public sealed class TmpfsSoakTarget : ISoakTarget
{
    private const string Options = "rw,mode=0755,size=8m,nr_inodes=72";

    /// <inheritdoc/>
    public int ImpossibleKinds => 2; // Collapse, Insert

    /// <inheritdoc/>
    public SuperBlock Mount(FolioPool pool) => TmpfsVolume.Create(MountOptions.Parse(Options).OrThrow(), pool);

    /// <inheritdoc/>
    public IReadOnlyList<string> Judge(SuperBlock volume)
    {
        TmpfsVolume tmpfs = (TmpfsVolume)volume;
        List<string> findings = [];
        Expect(findings, "inodes", 1, tmpfs.UsedInodes);
        Expect(findings, "pages", 0, tmpfs.UsedPages);
        return findings;
    }

    private static void Expect(List<string> findings, string what, long expected, long found)
    {
        if (expected != found)
        {
            findings.Add(string.Create(
                CultureInfo.InvariantCulture, $"{found} {what} in use at the end, not {expected}"));
        }
    }
}
