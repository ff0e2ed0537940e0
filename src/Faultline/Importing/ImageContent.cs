// The bytes of a file of a mounted volume.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;

namespace Faultline.Importing;

/// <summary>The bytes of a file of a mounted volume.</summary>
/// <param name="mount">The volume.</param>
/// <param name="number">The file.</param>
internal sealed class ImageContent(Mount mount, InodeNumber number) : IBuildContent
{
    /// <summary>Whether it is a file of a volume.</summary>
    /// <param name="other">The volume.</param>
    /// <param name="inode">The file.</param>
    /// <returns>True when it is.</returns>
    internal bool Is(Mount other, InodeNumber inode) => ReferenceEquals(mount, other) && number == inode;

    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        using OpenFile file = mount.OpenInode(number, OpenFlags.O_RDONLY).OrThrow();
        int done = 0;
        while (done < buffer.Length)
        {
            int read = file.Read(position + done, buffer.Slice(done)).OrThrow();
            if (read == 0)
            {
                throw new FsException(FaultlineReasons.ImportShort.At(number));
            }

            done += read;
        }
    }
}
