// A file of the host that is being made.

using System;
using Faultline.Abi;
using Faultline.Vfs.Inodes;

namespace Faultline.Extraction;

/// <summary>A file of the host that is being made.</summary>
internal interface IHostFile : IDisposable
{
    /// <summary>Writes all bytes at a position.</summary>
    Errno Write(ReadOnlySpan<byte> bytes, long position);

    /// <summary>Sets the size; what was not written is a hole.</summary>
    Errno SetSize(long sizeBytes);

    /// <summary>Sets owner, mode and times.</summary>
    HostErrors SetAttributes(InodeAttributes attributes, ExtractionOptions options);

    /// <summary>Sets an extended attribute.</summary>
    Errno SetXattr(ReadOnlySpan<byte> attribute, ReadOnlySpan<byte> value);
}
