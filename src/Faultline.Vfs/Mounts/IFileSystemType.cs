// A file-system type: recognises its volumes and mounts them.

using Faultline.Base;
using Faultline.Block;

namespace Faultline.Vfs.Mounts;

/// <summary>A file-system type.</summary>
public interface IFileSystemType
{
    /// <summary>Name, such as <c>ext4</c>.</summary>
    string Name { get; }

    /// <summary>Whether a device looks like a volume of this type. Never throws for what the device holds.</summary>
    /// <param name="device">The device.</param>
    /// <returns>What it says of itself, or null.</returns>
    VolumeIdentity? Detect(IBlockDevice device);

    /// <summary>Mounts a volume.</summary>
    /// <param name="context">Device, options and so on.</param>
    /// <returns>The volume.</returns>
    /// <errors>EINVAL not a volume of this type; EOPNOTSUPP a feature, named; damage throws
    /// <see cref="FsException"/>.</errors>
    Result<SuperBlock> Mount(MountContext context);
}
