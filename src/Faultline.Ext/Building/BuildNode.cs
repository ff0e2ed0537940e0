// Something that is going to be in a new volume: what an inode will say, and where its bytes come from. A node with
// several names is entered under each of them.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Ext.Building;

/// <summary>Something that is going to be in a new volume.</summary>
public sealed class BuildNode
{
    /// <summary>A node.</summary>
    /// <param name="mode">Type and permission bits (<see cref="ModeBits"/>).</param>
    public BuildNode(uint mode)
    {
        Mode = mode;
        Children = IsDirectory ? new BuildNames() : null;
    }

    /// <summary>Type and permission bits; the type stays.</summary>
    public uint Mode { get; set; }

    /// <summary>Owner.</summary>
    public uint Uid { get; set; }

    /// <summary>Group.</summary>
    public uint Gid { get; set; }

    /// <summary>Last access.</summary>
    public UnixTime AccessTime { get; set; }

    /// <summary>Last change of the contents.</summary>
    public UnixTime ModifyTime { get; set; }

    /// <summary>Last change of the inode.</summary>
    public UnixTime ChangeTime { get; set; }

    /// <summary>Major number of a device node.</summary>
    public uint DeviceMajor { get; set; }

    /// <summary>Minor number of a device node.</summary>
    public uint DeviceMinor { get; set; }

    /// <summary>Target of a symbolic link.</summary>
    public ReadOnlyMemory<byte> Target { get; set; }

    /// <summary>Bytes of a regular file.</summary>
    public long SizeBytes { get; set; }

    /// <summary>Bytes of a regular file, or null when it has none.</summary>
    public IBuildContent? Content { get; set; }

    /// <summary>The parts of a regular file that have data, in order, or null when all of it has.</summary>
    public IReadOnlyList<BuildRange>? Ranges { get; set; }

    /// <summary>Extended attributes, each name once.</summary>
    public IReadOnlyList<BuildXattr> Xattrs { get; set; } = [];

    /// <summary>What a directory holds; null for everything else.</summary>
    public BuildNames? Children { get; }

    /// <summary>The type bits of <see cref="Mode"/>.</summary>
    public uint Type => Mode & ModeBits.S_IFMT;

    /// <summary>Whether it is a directory.</summary>
    public bool IsDirectory => Type == ModeBits.S_IFDIR;

    /// <summary>Whether it is a regular file.</summary>
    public bool IsRegular => Type == ModeBits.S_IFREG;

    /// <summary>Whether it is a symbolic link.</summary>
    public bool IsSymbolicLink => Type == ModeBits.S_IFLNK;

    /// <summary>Takes over everything but the type and what a directory holds.</summary>
    /// <param name="other">A node of the same type.</param>
    public void TakeAttributes(BuildNode other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Check.That(Type == other.Type);
        (Mode, Uid, Gid) = (other.Mode, other.Uid, other.Gid);
        (AccessTime, ModifyTime, ChangeTime) = (other.AccessTime, other.ModifyTime, other.ChangeTime);
        (DeviceMajor, DeviceMinor, Target) = (other.DeviceMajor, other.DeviceMinor, other.Target);
        (SizeBytes, Content, Ranges) = (other.SizeBytes, other.Content, other.Ranges);
        Xattrs = other.Xattrs;
    }

    /// <summary>Its number, once numbered.</summary>
    internal uint Number { get; set; }

    /// <summary>Names that it has, "." and ".." of directories included, once numbered.</summary>
    internal uint LinkCount { get; set; }

    /// <summary>Where it is in the order of numbers.</summary>
    internal int Index { get; set; }

    /// <summary>The numbering that its index is of.</summary>
    internal long Stamp { get; set; }
}
