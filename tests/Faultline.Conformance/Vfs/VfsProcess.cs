// What the callers of one test share: the umask, and the files to close at its end.

using System;
using System.Collections.Generic;

namespace Faultline.Conformance.Vfs;

internal sealed class VfsProcess : IDisposable
{
    internal uint Umask { get; set; }

    internal List<VfsFile> Open { get; } = [];

    public void Dispose()
    {
        foreach (VfsFile file in Open)
        {
            file.File.Dispose();
        }
    }
}
