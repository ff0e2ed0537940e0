// Contents and space.

using System;
using System.Globalization;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;

namespace Faultline.Reference.Volumes;

internal sealed partial class VolumeRun
{
    private const long FileBytesMax = 64L << 20;
    private const int LargeWrite = 4 << 20;

    private readonly byte[] _buffer = new byte[LargeWrite];
    private readonly byte[] _expected = new byte[LargeWrite];

    internal bool HasExtents { get; init; } = true;

    internal int ShiftUnit { get; init; } = 4096;

    private long Position(ModelNode node)
    {
        long limit = Math.Min(FileBytesMax, node.Contents.SizeBytes + 65536);
        long position = _random.Below(Math.Max(1, limit));
        return _random.Below(3) switch { 0 => position, 1 => position & ~4095L, _ => position & ~511L };
    }

    private void Write()
    {
        ModelName? name = PickName(static name => name.Node.IsFile);
        if (name is null)
        {
            return;
        }

        int length = 1 + (int)_random.Below(_random.Below(20) switch { < 14 => 6000, < 19 => 100_000, _ => 1_000_000 });
        bool isDirect = _random.OneIn(6);
        OpenFlags flags = OpenFlags.O_RDWR | (isDirect ? OpenFlags.O_DIRECT : OpenFlags.O_RDONLY);
        using OpenFile file = Mount.Open(Bytes(name.Path), flags).OrThrow();
        long position = _random.OneIn(4) ? name.Node.Contents.SizeBytes : Position(name.Node);
        if (isDirect)
        {
            position &= ~4095L;
            length = (length + 4095) & ~4095;
        }

        WriteTo(file, name.Node, position, length, isDirect ? "direct write" : "write");
    }

    private void WriteTo(OpenFile file, ModelNode node, long position, int length, string operation)
    {
        _stamp++;
        Span<byte> bytes = _buffer.AsSpan(0, Math.Min(length, _buffer.Length));
        StampedContents.Fill(bytes, _stamp, 0);
        Result<int> wrote = file.Write(position, bytes);
        bool isDone = Judge(operation, wrote.IsOk ? Result.Ok : wrote.Error);
        if (isDone)
        {
            node.Contents.Write(position, wrote.Value, _stamp);
        }
    }

    private void Grow()
    {
        ModelName? name = PickName(static name => name.Node.IsFile && name.Node.Contents.SizeBytes < FileBytesMax);
        if (name is null)
        {
            return;
        }

        using OpenFile file = Mount.Open(Bytes(name.Path), OpenFlags.O_RDWR).OrThrow();
        WriteTo(file, name.Node, name.Node.Contents.SizeBytes, LargeWrite, "large write");
    }

    private void Shrink()
    {
        ModelName? name = PickName(static name => name.Node.IsFile && name.Node.Contents.SizeBytes > 100_000)
            ?? PickName(static name => name.Node.IsFile);
        if (name is null)
        {
            return;
        }

        long size = _random.Below(Math.Max(1, name.Node.Contents.SizeBytes / 2));
        if (Judge("truncate down", Mount.Truncate(Bytes(name.Path), size)))
        {
            name.Node.Contents.SetSize(size);
        }
    }

    private void CopyRange()
    {
        ModelName? source = PickName(static name => name.Node.IsFile && name.Node.Contents.SizeBytes > 0);
        ModelName? target = PickName(static name => name.Node.IsFile);
        if (source is null || target is null || ReferenceEquals(source.Node, target.Node))
        {
            return;
        }

        using OpenFile from = Mount.Open(Bytes(source.Path), OpenFlags.O_RDONLY).OrThrow();
        using OpenFile to = Mount.Open(Bytes(target.Path), OpenFlags.O_RDWR).OrThrow();
        long position = _random.Below(source.Node.Contents.SizeBytes);
        long targetPosition = Position(target.Node);
        long length = 1 + _random.Below(200_000);
        Result<long> copied = from.CopyTo(position, to, targetPosition, length);
        if (Judge("copy_file_range", copied.IsOk ? Result.Ok : copied.Error))
        {
            target.Node.Contents.CopyFrom(source.Node.Contents, position, targetPosition, copied.Value);
        }
    }

    private void SpaceOperation()
    {
        ModelName? name = PickName(static name => name.Node.IsFile);
        if (name is null)
        {
            return;
        }

        ModelNode node = name.Node;
        using OpenFile file = Mount.Open(Bytes(name.Path), OpenFlags.O_RDWR).OrThrow();
        long start = Position(node);
        long length = 1 + _random.Below(_random.OneIn(10) ? 2_000_000 : 50_000);
        switch (_random.Below(HasExtents ? 9 : 3))
        {
            case 0:
                if (Judge("truncate", file.Truncate(start)))
                {
                    node.Contents.SetSize(start);
                }

                break;

            case 1 or 2:
                if (Judge("punch", file.Fallocate(FallocateFlags.PunchHole | FallocateFlags.KeepSize, start, length)))
                {
                    node.Contents.Zero(start, start + length, extends: false);
                }

                break;

            case 3 or 4:
                Preallocate(file, node, start, length);
                break;

            case 5 or 6:
                bool keeps = _random.OneIn(2);
                FallocateFlags zero = FallocateFlags.ZeroRange | (keeps ? FallocateFlags.KeepSize : 0);
                ZeroRange(file, node, zero, start, length);
                break;

            case 7:
                Collapse(file, node, start, length);
                break;

            default:
                InsertHole(file, node, start, length);
                break;
        }
    }

    private void Preallocate(OpenFile file, ModelNode node, long start, long length)
    {
        bool keeps = _random.OneIn(2);
        Result allocated = file.Fallocate(keeps ? FallocateFlags.KeepSize : FallocateFlags.None, start, length);
        if (Judge("preallocate", allocated) && !keeps && start + length > node.Contents.SizeBytes)
        {
            node.Contents.SetSize(start + length);
        }

        // What was allocated before space ran out may have raised the size, as on Linux.
        if (!allocated.IsOk && file.SizeBytes > node.Contents.SizeBytes)
        {
            node.Contents.SetSize(file.SizeBytes);
        }
    }

    // Without space for the border of an extent the range is a hole, or what it was: either is right, and a look tells.
    private void ZeroRange(OpenFile file, ModelNode node, FallocateFlags mode, long start, long length)
    {
        Result zeroed = file.Fallocate(mode, start, length);
        if (Judge("zero", zeroed))
        {
            node.Contents.Zero(start, start + length, (mode & FallocateFlags.KeepSize) == 0);
            return;
        }

        StampedContents zeros = node.Contents.Copy();
        zeros.Zero(start, start + length, extends: false);
        if (file.SizeBytes > node.Contents.SizeBytes)
        {
            zeros.SetSize(file.SizeBytes);
            node.Contents.SetSize(file.SizeBytes);
        }

        node.Contents = Matches(file, node.Contents) ? node.Contents : zeros;
    }

    private void Collapse(OpenFile file, ModelNode node, long start, long length)
    {
        start -= start % ShiftUnit;
        length = Math.Max(ShiftUnit, length - (length % ShiftUnit));
        if (start + length >= node.Contents.SizeBytes)
        {
            return;
        }

        if (Judge("collapse", file.Fallocate(FallocateFlags.CollapseRange, start, length)))
        {
            node.Contents.Collapse(start, start + length);
        }
    }

    private void InsertHole(OpenFile file, ModelNode node, long start, long length)
    {
        start -= start % ShiftUnit;
        length = Math.Max(ShiftUnit, length - (length % ShiftUnit));
        if (start >= node.Contents.SizeBytes || node.Contents.SizeBytes + length > FileBytesMax)
        {
            return;
        }

        if (Judge("insert", file.Fallocate(FallocateFlags.InsertRange, start, length)))
        {
            node.Contents.InsertHole(start, length);
        }
    }

    private void ReadAndCompare()
    {
        ModelName? name = PickName(static name => name.Node.IsFile);
        if (name is null)
        {
            return;
        }

        using OpenFile file = Mount.Open(Bytes(name.Path), OpenFlags.O_RDONLY).OrThrow();
        Assert.Equal(name.Node.Contents.SizeBytes, file.SizeBytes);
        long position = _random.Below(name.Node.Contents.SizeBytes + 1);
        int length = (int)Math.Min(
            1 + _random.Below(200_000), Math.Max(1, name.Node.Contents.SizeBytes - position));
        Compare(file, name.Node.Contents, name.Path, position, length);
        _ = Judge("read", Result.Ok);
    }

    private bool Matches(OpenFile file, StampedContents contents)
    {
        for (long at = 0; at < contents.SizeBytes; at += _buffer.Length)
        {
            int length = (int)Math.Min(_buffer.Length, contents.SizeBytes - at);
            ReadFully(file, at, length);
            contents.Read(at, _expected.AsSpan(0, length));
            if (!_buffer.AsSpan(0, length).SequenceEqual(_expected.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }

    private void ReadFully(OpenFile file, long position, int length)
    {
        int done = 0;
        while (done < length)
        {
            int read = file.Read(position + done, _buffer.AsSpan(done, length - done)).OrThrow();
            Assert.True(read > 0);
            done += read;
        }
    }

    private void Compare(OpenFile file, StampedContents contents, string path, long position, int length)
    {
        length = (int)Math.Min(length, contents.SizeBytes - position);
        if (length <= 0)
        {
            return;
        }

        ReadFully(file, position, length);
        contents.Read(position, _expected.AsSpan(0, length));
        int difference = _buffer.AsSpan(0, length).CommonPrefixLength(_expected.AsSpan(0, length));
        if (difference < length)
        {
            string what = Describe(file, position, length, difference);
            Assert.Fail(string.Create(
                CultureInfo.InvariantCulture,
                $"seed {Seed}, step {Steps}: {path} differs at {position + difference} of {contents.SizeBytes}: {what}"));
        }
    }

    // What was found there, and whether it is only the cache that has it.
    private string Describe(OpenFile file, long position, int length, int difference)
    {
        int end = difference;
        while (end < length && _buffer[end] != _expected[end])
        {
            end++;
        }

        bool isZeros = !_buffer.AsSpan(difference, end - difference).ContainsAnyExcept((byte)0);
        bool wantsZeros = !_expected.AsSpan(difference, end - difference).ContainsAnyExcept((byte)0);
        long origin = StampedContents.Find(_buffer.AsSpan(difference, Math.Min(16, end - difference)));
        long expectedOrigin = StampedContents.Find(_expected.AsSpan(difference, Math.Min(16, end - difference)));
        ReadFully(file, position, length);
        bool staysWrong = !_buffer.AsSpan(0, length).SequenceEqual(_expected.AsSpan(0, length));
        _ = file.Sync(false);
        _ = file.AdviseDontNeed(0, 0);
        ReadFully(file, position, length);
        bool diskIsWrong = !_buffer.AsSpan(0, length).SequenceEqual(_expected.AsSpan(0, length));
        string found = string.Create(
            CultureInfo.InvariantCulture,
            $"{end - difference} bytes, zeros: {isZeros}, zeros expected: {wantsZeros}, pattern {origin}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{found} for {expectedOrigin}, wrong again: {staysWrong}, on disk: {diskIsWrong}");
    }
}
