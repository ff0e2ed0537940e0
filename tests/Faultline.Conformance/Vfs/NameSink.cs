// Collects names of attributes as listxattr(2) does: each with a zero byte after it.

using System;
using System.Collections.Generic;
using Faultline.Vfs.Inodes;

namespace Faultline.Conformance.Vfs;

internal sealed class NameSink : IXattrSink
{
    internal List<byte> Bytes { get; } = [];

    public void Add(ReadOnlySpan<byte> name, long valueLength)
    {
        Bytes.AddRange(name.ToArray());
        Bytes.Add(0);
    }
}
