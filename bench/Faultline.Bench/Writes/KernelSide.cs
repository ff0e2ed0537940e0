// The kernel's tmpfs, by system calls. It is mounted, opened and unmounted lazily at once: from then on it has no
// name, all calls are relative to the open directory, and it goes when the process does, however that ends.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;

namespace Faultline.Bench.Writes;

internal sealed unsafe class KernelSide : WriteSide
{
    private const uint FileMode = 0x1A4;
    private const uint DirectoryMode = 0x1ED;

    private readonly int _root;
    private readonly int[] _data = new int[Lanes];
    private readonly int[] _log = new int[Lanes];
    private readonly byte[][][] _paths = Paths();

    internal KernelSide()
    {
        string point = Directory.CreateTempSubdirectory("faultline-tests-bench-").FullName;
        try
        {
            _root = MountDetached(point);
        }
        finally
        {
            Directory.Delete(point);
        }

        for (int lane = 0; lane < Lanes; lane++)
        {
            _ = Checked(WriteCalls.MakeDirectoryAt(_root, $"dir{lane}", DirectoryMode), "mkdirat");
            _data[lane] = Create($"data{lane}", 0);
            _log[lane] = Create($"log{lane}", WriteCalls.AppendFlag);
        }
    }

    internal override void Write(int lane, long position, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            Whole(WriteCalls.WriteAt(_data[lane], start, (nuint)bytes.Length, position), bytes.Length);
        }
    }

    internal override void Append(int lane, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            Whole(WriteCalls.Write(_log[lane], start, (nuint)bytes.Length), bytes.Length);
        }
    }

    internal override void Empty(int lane)
    {
        _ = Checked(WriteCalls.Truncate(_data[lane], 0), "ftruncate");
        _ = Checked(WriteCalls.Truncate(_log[lane], 0), "ftruncate");
    }

    internal override void Create(int lane, int name)
    {
        fixed (byte* path = _paths[lane][name])
        {
            int file = Checked(WriteCalls.OpenAt(_root, path, WriteCalls.ExclusiveFlags, FileMode), "openat");
            _ = WriteCalls.Close(file);
        }
    }

    internal override void Unlink(int lane, int name)
    {
        fixed (byte* path = _paths[lane][name])
        {
            _ = Checked(WriteCalls.UnlinkAt(_root, path, 0), "unlinkat");
        }
    }

    public override void Dispose()
    {
        for (int lane = 0; lane < Lanes; lane++)
        {
            _ = WriteCalls.Close(_data[lane]);
            _ = WriteCalls.Close(_log[lane]);
        }

        _ = WriteCalls.Close(_root);
    }

    private static int MountDetached(string point)
    {
        _ = Checked(WriteCalls.Mount("faultline-bench", point, "tmpfs", 0, "size=1g"), "mount (needs root)");
        try
        {
            return Checked(WriteCalls.Open(point, WriteCalls.DirectoryFlag), "open");
        }
        finally
        {
            _ = Checked(WriteCalls.Unmount(point, WriteCalls.Detach), "umount2");
        }
    }

    private int Create(string name, int flags)
    {
        fixed (byte* path = Encoding.ASCII.GetBytes(name + "\0"))
        {
            return Checked(WriteCalls.OpenAt(_root, path, WriteCalls.ExclusiveFlags | flags, FileMode), "openat");
        }
    }

    private static int Checked(int answer, string call) => answer >= 0
        ? answer
        : throw new InvalidOperationException($"{call}: errno {Marshal.GetLastPInvokeError()}");

    private static void Whole(nint written, int wanted)
    {
        if (written != wanted)
        {
            throw new InvalidOperationException($"write: {written}, errno {Marshal.GetLastPInvokeError()}");
        }
    }
}
