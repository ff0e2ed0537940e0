// The image mounted by the running kernel through a loop device.

using System;
using System.Collections.Generic;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using Faultline.Bench.Writes;

namespace Faultline.Bench.Volumes;

internal sealed unsafe class KernelVolume : VolumeSide
{
    private const uint FileMode = 0x1A4;
    private const int ReadWriteCreate = 0x42;
    private const int Direct = 0x4000;

    private readonly string _point;
    private readonly int _root;
    private readonly List<int> _files = [];

    internal KernelVolume(string image, string point)
    {
        _point = point;
        _ = Directory.CreateDirectory(point);
        _ = Scratch.Shell($"mount -o loop {image} {point}; cd {point}; for d in $(seq 0 {FolderCount - 1}); do mkdir -p d$d; done");
        _root = Checked(WriteCalls.Open(point, WriteCalls.DirectoryFlag));
    }

    internal override void Create(int number, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* path = Encoding.ASCII.GetBytes(PathOf(number) + "\0"))
        fixed (byte* start = bytes)
        {
            int file = Checked(WriteCalls.OpenAt(_root, path, WriteCalls.ExclusiveFlags, FileMode));
            if (!bytes.IsEmpty)
            {
                _ = WriteCalls.WriteAt(file, start, (nuint)bytes.Length, 0);
            }

            _ = WriteCalls.Close(file);
        }
    }

    internal override void Unlink(int number)
    {
        fixed (byte* path = Encoding.ASCII.GetBytes(PathOf(number) + "\0"))
        {
            _ = Checked(WriteCalls.UnlinkAt(_root, path, 0));
        }
    }

    internal override void SyncAll() => _ = Checked(WriteCalls.SyncVolume(_root));

    internal override int Open(string name, bool isDirect)
    {
        fixed (byte* path = Encoding.ASCII.GetBytes(name + "\0"))
        {
            _files.Add(Checked(WriteCalls.OpenAt(_root, path, ReadWriteCreate | (isDirect ? Direct : 0), FileMode)));
        }

        return _files.Count - 1;
    }

    internal override void Write(int file, long position, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            nint written = WriteCalls.WriteAt(_files[file], start, (nuint)bytes.Length, position);
            Base.Check.That(written == bytes.Length);
        }
    }

    internal override void Fsync(int file) => _ = Checked(WriteCalls.SyncFile(_files[file]));

    public override void Dispose()
    {
        _files.ForEach(static file => _ = WriteCalls.Close(file));
        _ = WriteCalls.Close(_root);
        _ = Scratch.Shell($"umount {_point}");
    }

    private static int Checked(int answer) => answer >= 0
        ? answer
        : throw new IOException($"errno {Marshal.GetLastPInvokeError()}");
}
