// Chooses the implementation for the operating system we run on.

using System;
using System.IO;
using Faultline.Abi;

namespace Faultline.Block.Host;

/// <summary>Opens files of the host.</summary>
internal static class HostFile
{
    /// <summary>Opens and locks a file or block device.</summary>
    /// <param name="path">Path on the host.</param>
    /// <param name="access">Read, or read and write.</param>
    /// <returns>The open file.</returns>
    internal static IHostFile Open(string path, FileAccess access)
    {
        if (Directory.Exists(path))
        {
            throw HostErrors.From(Errno.EISDIR, $"open {path}");
        }

        // A 32-bit process passes the offset of preadv in two halves; the portable way serves it.
        return OperatingSystem.IsLinux() && Environment.Is64BitProcess
            ? new LinuxFile(path, access)
            : new PortableFile(path, access);
    }
}
