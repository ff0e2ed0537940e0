// A file of any host that is being made.

using System;
using System.IO;
using Faultline.Abi;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

/// <summary>A file of any host that is being made.</summary>
internal sealed class PortableFile(FileStream stream) : IHostFile
{
    public Errno Write(ReadOnlySpan<byte> bytes, long position)
    {
        RandomAccess.Write(stream.SafeFileHandle, bytes, position);
        return Errno.OK;
    }

    public Errno SetSize(long sizeBytes)
    {
        stream.SetLength(sizeBytes);
        return Errno.OK;
    }

    public HostErrors SetAttributes(InodeAttributes attributes, ExtractionOptions options)
    {
        if (options.PreserveTimes)
        {
            File.SetLastWriteTimeUtc(
                stream.SafeFileHandle, attributes.ModifyTime.ToDateTimeOffset().UtcDateTime);
        }

        return new HostErrors(options.PreserveOwner ? Errno.EOPNOTSUPP : Errno.OK, Errno.OK, Errno.OK);
    }

    public Errno SetXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value) => Errno.EOPNOTSUPP;

    public void Dispose() => stream.Dispose();
}
