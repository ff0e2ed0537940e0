// What the usage types of mke2fs.conf(5) decide: block size and bytes for each inode.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Ext.Making;

/// <summary>Defaults by usage.</summary>
/// <param name="BlockSize">Bytes of a block.</param>
/// <param name="BytesPerInode">Bytes for each inode.</param>
/// <param name="InodeSize">Bytes of an inode.</param>
/// <source>mke2fs(8), option -T; the mke2fs.conf that comes with it</source>
internal sealed record UsageProfile(int BlockSize, long BytesPerInode, int InodeSize)
{
    private const long MiB = 1L << 20;
    private const long TiB = 1L << 40;
    private const int SmallBlock = 1024;
    private const int OrdinaryBlock = 4096;

    /// <summary>The defaults for a volume.</summary>
    /// <param name="types">Usage types, or none.</param>
    /// <param name="sizeBytes">Bytes of the volume.</param>
    /// <returns>The defaults.</returns>
    /// <errors>EINVAL an unknown usage type.</errors>
    internal static Result<UsageProfile> Of(IReadOnlyList<string> types, long sizeBytes)
    {
        UsageProfile profile = new(OrdinaryBlock, 16384, 256);
        IReadOnlyList<string> all = types.Count > 0 ? types : [BySize(sizeBytes)];
        foreach (string type in all)
        {
            UsageProfile? next = profile.With(type);
            if (next is null)
            {
                return ExtFormatReasons.UsageType.With(type);
            }

            profile = next;
        }

        return profile;
    }

    private static string BySize(long sizeBytes) => sizeBytes switch
    {
        < 3 * MiB => "floppy",
        < 512 * MiB => "small",
        < 4 * TiB => "default",
        < 16 * TiB => "big",
        _ => "huge",
    };

    private UsageProfile? With(string type) => type switch
    {
        "default" or "ext2" or "ext3" or "ext4" => this,
        "floppy" => this with { BlockSize = SmallBlock, BytesPerInode = 8192 },
        "small" => this with { BlockSize = SmallBlock, BytesPerInode = 4096 },
        "big" => this with { BytesPerInode = 32768 },
        "huge" => this with { BytesPerInode = 65536 },
        "news" => this with { BytesPerInode = 4096 },
        "largefile" => this with { BlockSize = OrdinaryBlock, BytesPerInode = 1L << 20 },
        "largefile4" => this with { BlockSize = OrdinaryBlock, BytesPerInode = 4L << 20 },
        "hurd" => this with { BlockSize = OrdinaryBlock, InodeSize = 128 },
        _ => null,
    };
}
