// Operations on data. Positions and lengths are multiples of what describes itself, and mostly of no block.

using System;
using System.Globalization;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Writing;
using Faultline.PageCache.Writing;
using Faultline.Vfs.Files;

namespace Faultline.Lab.Crash;

/// <content>Data.</content>
internal sealed partial class CrashWorkload
{
    private const int SizeMax = 60_000;

    private void ChangeData(string path, TreeNode node)
    {
        FileHistory file = node.File!;
        _about = path;
        switch (_random.Below(14))
        {
            case < 3:
                Write(path, file, (int)Unit(int.Min(file.Now.Length, SizeMax) + 1), "write");
                break;
            case < 5:
                Write(path, file, file.Now.Length, "append");
                break;
            case 5:
                WriteDirect(path, file);
                break;
            case 6:
                Truncate(path, file, (int)Unit(file.Now.Length + 1), "truncate, down");
                break;
            case 7:
                Truncate(path, file, (int)Unit(SizeMax), "truncate");
                break;
            case < 10:
                WriteBack(path);
                break;
            default:
                Allocate(path, file);
                break;
        }
    }

    // A position below a bound, a multiple of the unit.
    private long Unit(long bound) => Bits.AlignDown(_random.Below(long.Max(bound, 1)), FileHistory.UnitBytes);

    private void Write(string path, FileHistory file, int position, string what)
    {
        _what = what;
        position = int.Min(position, SizeMax);
        byte[] bytes = new byte[FileHistory.UnitBytes + (int)Unit(_random.OneIn(3) ? 20_000 : 3000)];
        file.Fill(position, bytes);
        byte[] now = Put(file.Now, position, bytes);

        _about = string.Create(CultureInfo.InvariantCulture, $"{path} {position} + {bytes.Length}");

        // Noted first: if the write fails the run ends anyway.
        file.Add(_start, now);
        using OpenFile opened = Open(path);
        int written = opened.Write(position, bytes).OrThrow();
        Check.That(written == bytes.Length);
    }

    private void WriteDirect(string path, FileHistory file)
    {
        _what = "write, direct";
        int block = _setup.BlockBytes;
        int position = (int)Bits.AlignDown(_random.Below(int.Min(file.Now.Length, SizeMax) + 1), block);
        byte[] bytes = new byte[block * (1 + (int)_random.Below(4))];
        file.Fill(position, bytes);
        _about = string.Create(CultureInfo.InvariantCulture, $"{path} {position} + {bytes.Length}");
        file.Add(_start, Put(file.Now, position, bytes));
        using OpenFile opened = Open(path, OpenFlags.O_DIRECT);
        int written = opened.Write(position, bytes).OrThrow();
        Check.That(written == bytes.Length);
    }

    private void Truncate(string path, FileHistory file, int size, string what)
    {
        _what = what;
        _about = string.Create(CultureInfo.InvariantCulture, $"{path} {size}");
        byte[] now = new byte[size];
        file.Now.AsSpan(0, int.Min(size, file.Now.Length)).CopyTo(now);
        file.Add(_start, now);
        using OpenFile opened = Open(path);
        Must(opened.Truncate(size));
    }

    private void WriteBack(string path)
    {
        _what = "writeback";
        using OpenFile opened = Open(path);
        Must(WritePages.Run(opened.Inode, new WritebackControl(WritebackReason.Background, 0, long.MaxValue)));
        _volume.Writeback.IoEnds.Drain();
    }

    private void Allocate(string path, FileHistory file)
    {
        (string What, FallocateFlags Mode)[] modes =
        [
            ("fallocate", FallocateFlags.None),
            ("fallocate, keeping the size", FallocateFlags.KeepSize),
            ("punch", FallocateFlags.PunchHole | FallocateFlags.KeepSize),
            ("zero range", FallocateFlags.ZeroRange),
            ("collapse", FallocateFlags.CollapseRange),
            ("insert", FallocateFlags.InsertRange),
        ];
        (_what, FallocateFlags mode) = modes[(int)_random.Below(modes.Length)];
        bool shifts = (mode & (FallocateFlags.CollapseRange | FallocateFlags.InsertRange)) != 0;
        int unit = shifts ? _setup.ShiftBytes : FileHistory.UnitBytes;
        int position = (int)Bits.AlignDown(_random.Below(file.Now.Length + 1), unit);
        int length = unit + (int)Bits.AlignDown(_random.Below(12_000), unit);
        _about = string.Create(CultureInfo.InvariantCulture, $"{path} {position} + {length}");
        byte[]? now = After(file.Now, mode, position, length);
        if (now is null)
        {
            WriteBack(path);
            return;
        }

        using OpenFile opened = Open(path);
        int before = _trace.Window;
        Result result = opened.Fallocate(mode, position, length);
        if (!result.IsOk && result.Error.Errno == Errno.EOPNOTSUPP)
        {
            _what += ", which the volume has not";
            return;
        }

        Must(result);
        file.Add(before, now);
    }

    // What a range operation leaves; null where it is not allowed.
    private static byte[]? After(byte[] was, FallocateFlags mode, int position, int length)
    {
        int end = position + length;
        if ((mode & FallocateFlags.CollapseRange) != 0)
        {
            return end >= was.Length ? null : [.. was.AsSpan(0, position), .. was.AsSpan(end)];
        }

        if ((mode & FallocateFlags.InsertRange) != 0)
        {
            bool isInside = position < was.Length && was.Length + length <= SizeMax + 20_000;
            return isInside ? [.. was.AsSpan(0, position), .. new byte[length], .. was.AsSpan(position)] : null;
        }

        bool grows = (mode & FallocateFlags.KeepSize) == 0 && end > was.Length;
        byte[] now = new byte[grows ? end : was.Length];
        was.CopyTo(now, 0);
        if ((mode & (FallocateFlags.PunchHole | FallocateFlags.ZeroRange)) != 0)
        {
            int stop = int.Min(end, now.Length);
            now.AsSpan(position, int.Max(0, stop - position)).Clear();
        }

        return now;
    }

    private static byte[] Put(byte[] was, int position, byte[] bytes)
    {
        byte[] now = new byte[int.Max(was.Length, position + bytes.Length)];
        was.CopyTo(now, 0);
        bytes.CopyTo(now, position);
        return now;
    }
}
