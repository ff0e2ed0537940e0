// On whose behalf a call is made.

using System.Collections.Generic;

namespace Faultline.Vfs.Permissions;

/// <summary>On whose behalf a call is made.</summary>
/// <param name="Uid">User.</param>
/// <param name="Gid">Primary group.</param>
/// <param name="Groups">Supplementary groups.</param>
/// <param name="IsPrivileged">Has all capabilities, as root has.</param>
public sealed record Credentials(uint Uid, uint Gid, IReadOnlyList<uint> Groups, bool IsPrivileged)
{
    /// <summary>Root: what a tool that works on images wants.</summary>
    public static Credentials Root { get; } = new(0, 0, [], true);

    /// <summary>What they may do beyond user and groups.</summary>
    public Capabilities Capabilities { get; init; } = IsPrivileged ? Capabilities.All : Capabilities.None;

    /// <summary>Whether they have a capability.</summary>
    /// <param name="capability">One or several; all are asked for.</param>
    /// <returns>True when they have.</returns>
    public bool Has(Capabilities capability) => (Capabilities & capability) == capability;

    /// <summary>Whether the group is one of theirs.</summary>
    /// <param name="gid">A group.</param>
    /// <returns>True for the primary and the supplementary groups.</returns>
    public bool IsMember(uint gid)
    {
        if (gid == Gid)
        {
            return true;
        }

        foreach (uint group in Groups)
        {
            if (group == gid)
            {
                return true;
            }
        }

        return false;
    }
}
