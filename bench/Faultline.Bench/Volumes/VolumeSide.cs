// One side of the comparison: an ext4 image, mounted by us or by the kernel. Both do the same calls; both end each
// measurement with everything on the device.

using System;

namespace Faultline.Bench.Volumes;

internal abstract class VolumeSide : IDisposable
{
    internal const int FolderCount = 20;

    /// <summary>Makes an empty file and writes bytes to it.</summary>
    internal abstract void Create(int number, ReadOnlySpan<byte> bytes);

    internal abstract void Unlink(int number);

    internal abstract void SyncAll();

    /// <summary>Opens a file of the root, made if it is not there; returns its index.</summary>
    internal abstract int Open(string name, bool isDirect);

    internal abstract void Write(int file, long position, ReadOnlySpan<byte> bytes);

    internal abstract void Fsync(int file);

    public abstract void Dispose();

    protected static string PathOf(int number) => $"d{number % FolderCount}/file-{number:D6}";
}
