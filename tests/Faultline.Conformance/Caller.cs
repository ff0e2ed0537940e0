// On whose behalf calls are made.

namespace Faultline.Conformance;

/// <summary>User and groups. User 0 is privileged.</summary>
/// <param name="Uid">User.</param>
/// <param name="Gid">Primary group.</param>
/// <param name="Groups">Supplementary groups.</param>
public sealed record Caller(uint Uid, uint Gid, params uint[] Groups)
{
    public static Caller Root { get; } = new(0, 0);

    /// <summary>An ordinary user; the owner of most files in tests of permissions.</summary>
    public static Caller User { get; } = new(1000, 1000);

    /// <summary>Another one.</summary>
    public static Caller Other { get; } = new(2000, 2000);
}
