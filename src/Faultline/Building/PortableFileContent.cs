// The bytes of a file of any host. It is open only while a part is read.

using System;
using System.IO;
using Faultline.Base;
using Faultline.Ext.Building;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Building;

/// <summary>The bytes of a file of any host.</summary>
/// <param name="path">Its path.</param>
internal sealed class PortableFileContent(string path) : IBuildContent
{
    /// <inheritdoc/>
    public void Read(long position, Span<byte> buffer)
    {
        try
        {
            using SafeFileHandle handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
            int done = 0;
            while (done < buffer.Length)
            {
                int read = RandomAccess.Read(handle, buffer.Slice(done), position + done);
                if (read == 0)
                {
                    throw new FsException(FaultlineReasons.BuildSourceShortPortable.With(path));
                }

                done += read;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FsException(FaultlineReasons.BuildSourcePortable.With($"{path}: {exception.Message}"));
        }
    }
}
