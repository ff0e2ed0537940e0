// What the callers of one test share: the umask, and the files to close at its end.

using System;
using System.Collections.Concurrent;

namespace Faultline.Conformance.Vfs;

internal sealed class VfsProcess : IDisposable
{
    internal uint Umask { get; set; }

    internal ConcurrentDictionary<VfsFile, VfsFile> Open { get; } = new();

    internal ConcurrentBag<PipeEnd> Pipes { get; } = [];

    // Ends as a process does: whatever is open is closed.
    public void Dispose()
    {
        foreach (PipeEnd end in Pipes)
        {
            end.Close();
        }

        foreach (VfsFile file in Open.Keys)
        {
            file.File.Dispose();
        }
    }
}
