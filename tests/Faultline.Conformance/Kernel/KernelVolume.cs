// A file system mounted by the running kernel: ext4 on a loop device, or tmpfs. Needs root.

using System;
using System.IO;

namespace Faultline.Conformance.Kernel;

internal sealed class KernelVolume : IDisposable
{
    private readonly string _folder;
    private readonly string _mount;

    internal KernelVolume(string folder, string type, long sizeBytes)
    {
        _folder = folder;
        _mount = Path.Combine(folder, "mnt");
        Directory.CreateDirectory(_mount);
        if (type == "tmpfs")
        {
            Tool.Run("mount", "-t", "tmpfs", "-o", $"size={sizeBytes},mode=777,nr_inodes={InodesOf(sizeBytes)}", "tmpfs", _mount);
            return;
        }

        string image = Path.Combine(folder, "image");
        using (FileStream made = File.Create(image))
        {
            made.SetLength(sizeBytes);
        }

        Tool.Run("mke2fs", "-q", "-F", "-t", "ext4", "-b", "4096", "-I", "256", "-N", $"{InodesOf(sizeBytes)}", image);
        Tool.Run("mount", "-o", "loop", image, _mount);
    }

    /// <summary>A new directory on it.</summary>
    internal string MakeDirectory(int number)
    {
        string directory = Path.Combine(_mount, $"t{number}");
        Directory.CreateDirectory(directory);
        File.SetUnixFileMode(directory, (UnixFileMode)0x1FF);
        return directory;
    }

    // One for each 16 KiB, so that a small volume is soon out of them.
    private static long InodesOf(long sizeBytes) => sizeBytes / 16384;

    public void Dispose()
    {
        Tool.Unmount(_mount);
        Directory.Delete(_folder, recursive: true);
    }
}
