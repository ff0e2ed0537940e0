// A block of extended attributes of one or more inodes with the same attributes.

using System;
using Faultline.Base;
using Faultline.Ext.Attributes;
using Faultline.Ext.Format.Names;

namespace Faultline.Ext.Building;

/// <summary>A block of extended attributes.</summary>
/// <param name="super">The volume.</param>
/// <param name="bytes">The block, with one reference and no checksum.</param>
internal sealed class NewXattrBlock(ExtSuperBlock super, byte[] bytes) : IBuildContent
{
    /// <summary>Where it is.</summary>
    internal ulong Place { get; set; }

    /// <summary>Inodes that have it.</summary>
    internal uint ReferenceCount { get; set; }

    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        bytes.CopyTo(buffer);
        Disk.Overlay<XattrHeaderDisk>(buffer).ReferenceCount = ReferenceCount;
        new XattrBlock(super).Seal(buffer, new BlockNumber(Place), default);
    }
}
