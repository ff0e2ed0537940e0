// The bytes of a file of a Linux host. It is open only while a part is read: a tree may have more files than a
// process may have descriptors.

using System;
using Faultline.Base;
using Faultline.Ext.Building;
using static Faultline.Building.LinuxSourceCalls;

namespace Faultline.Building;

/// <summary>The bytes of a file of a Linux host.</summary>
/// <param name="folder">The directory that it is in.</param>
/// <param name="name">Its name.</param>
/// <param name="extraFlags">Flags of open(2) to be taken away, for a file that may be named by a link; or 0.</param>
internal sealed unsafe class LinuxFileContent(LinuxFolder folder, ReadOnlyMemory<byte> name, int extraFlags = 0)
    : IBuildContent
{
    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        int descriptor = folder.Open(name.Span, OpenFileFlags & ~extraFlags);
        if (descriptor < 0)
        {
            throw folder.Failed(name.Span);
        }

        try
        {
            fixed (byte* start = buffer)
            {
                int done = 0;
                while (done < buffer.Length)
                {
                    nint read = ReadAt(descriptor, start + done, (nuint)(buffer.Length - done), position + done);
                    if (read < 0)
                    {
                        throw folder.Failed(name.Span);
                    }

                    if (read == 0)
                    {
                        throw new FsException(FaultlineReasons.BuildSourceShort.With(folder.Describe(name.Span)));
                    }

                    done += (int)read;
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }
}
