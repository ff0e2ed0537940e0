// The drivers, in the order in which they are asked.

using System.Collections.Generic;
using Faultline.Block;
using Faultline.Ext;
using Faultline.Vfs.Mounts;

namespace Faultline.Opening;

/// <summary>The file-system types that this build knows. A list, not a scan of assemblies, so that
/// trimming is safe.</summary>
internal static class FileSystemTypes
{
    internal static IReadOnlyList<IFileSystemType> All { get; } = [new ExtFileSystemType()];

    /// <summary>The first type that recognises a device.</summary>
    internal static IFileSystemType? Find(IBlockDevice device, out VolumeIdentity? identity)
    {
        foreach (IFileSystemType type in All)
        {
            identity = type.Detect(device);
            if (identity is not null)
            {
                return type;
            }
        }

        identity = null;
        return null;
    }
}
