// Hides the trusted namespace from callers without CAP_SYS_ADMIN.

using System;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Permissions;

/// <summary>Passes on all names but those of the trusted namespace.</summary>
/// <param name="inner">Takes the names.</param>
internal sealed class TrustedXattrFilter(IXattrSink inner) : IXattrSink
{
    public void Add(ReadOnlySpan<byte> name, long valueLength)
    {
        if (!name.StartsWith("trusted."u8))
        {
            inner.Add(name, valueLength);
        }
    }
}
