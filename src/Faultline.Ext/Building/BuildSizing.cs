// How large a volume with contents is to be, where its size is not given.

namespace Faultline.Ext.Building;

/// <summary>How large a volume with contents is to be.</summary>
public sealed record BuildSizing
{
    /// <summary>As small as the contents allow, with as many inodes as they need.</summary>
    public bool IsMinimal { get; init; }

    /// <summary>Bytes that remain free for everybody; null for a tenth of the contents, and at least
    /// 4 MiB.</summary>
    public long? FreeBytes { get; init; }
}
