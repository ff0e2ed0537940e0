// Collects the names of extended attributes.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Paths;

/// <summary>Names and value lengths of an inode's extended attributes.</summary>
internal sealed class XattrCollector : IXattrSink
{
    /// <summary>No format stores a longer value: what claims to is damage that the driver refuses.</summary>
    private const long ValueLengthMax = 16L << 20;

    internal List<(UnixPath Name, long Length)> Names { get; } = [];

    public void Add(ReadOnlySpan<byte> name, long valueLength)
    {
        Check.That(valueLength is >= 0 and <= ValueLengthMax);
        Names.Add((new UnixPath(name.ToArray()), valueLength));
    }
}
