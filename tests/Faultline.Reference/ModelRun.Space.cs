// Sizes, holes, sharing.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Iomap.Space;
using Faultline.Locking;

namespace Faultline.Reference;

internal sealed partial class ModelRun
{
    private bool TruncateTo(ModelFile file, int size)
    {
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        if (!Allowed(Truncate.Run(file.Inode, size), Errno.ENOSPC))
        {
            return false;
        }

        file.Resize(size);
        return true;
    }

    private bool Punch(ModelFile file, in ModelOp op)
    {
        Range(file, op, out int start, out int end);
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        if (!Allowed(PunchHole.Run(file.Inode, start, end), Errno.ENOSPC))
        {
            AcceptZeros(file, start, end);
            return false;
        }

        file.Zero(start, end);
        return true;
    }

    private bool Zero(ModelFile file, in ModelOp op)
    {
        Range(file, op, out int start, out int end);
        bool keepSize = op.C % 2 == 0;
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        if (!Allowed(ZeroRange.Run(file.Inode, start, end, keepSize), Errno.ENOSPC))
        {
            AcceptZeros(file, start, end);
            return false;
        }

        if (!keepSize && end > file.Size)
        {
            file.Resize(end);
        }

        file.Zero(start, end);
        return true;
    }

    private bool Allocate(ModelFile file, in ModelOp op)
    {
        Range(file, op, out int start, out int end);
        bool keepSize = op.C % 2 == 0;
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        if (!Allowed(Preallocate.Run(file.Inode, start, end, keepSize), Errno.ENOSPC))
        {
            return false;
        }

        if (!keepSize && end > file.Size)
        {
            file.Resize(end);
        }

        return true;
    }

    private bool UnshareRange(ModelFile file, in ModelOp op)
    {
        Range(file, op, out int start, out int end);
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        return Allowed(Unshare.Run(file.Inode, start, end), Errno.ENOSPC);
    }

    private bool Collapse(ModelFile file, in ModelOp op)
    {
        Range(file, op, out int start, out int end);
        start = (int)Bits.AlignDown(start, _target.ShiftUnitBytes);
        end = (int)Math.Max(start + _target.ShiftUnitBytes, Bits.AlignDown(end, _target.ShiftUnitBytes));
        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        Result moved = ShiftRange.Collapse(file.Inode, start, end);
        if (!_target.HasDevice || end >= file.Size)
        {
            Require(!moved.IsOk, "a collapse that must be refused");
            return false;
        }

        if (!Allowed(moved))
        {
            return false;
        }

        file.Collapse(start, end);
        return true;
    }

    private bool Insert(ModelFile file, in ModelOp op)
    {
        int start = (int)Bits.AlignDown(op.A % (file.Size + 1), _target.ShiftUnitBytes);
        int end = (int)(start + (_target.ShiftUnitBytes * (1 + (op.B % 8))));
        if (file.Size + (end - start) > SizeMax)
        {
            return false;
        }

        using ExclusiveGuard guard = file.Inode.Lock.AcquireExclusive();
        Result moved = ShiftRange.Insert(file.Inode, start, end);
        if (!_target.HasDevice || start >= file.Size)
        {
            Require(!moved.IsOk, "an insertion that must be refused");
            return false;
        }

        if (!Allowed(moved))
        {
            return false;
        }

        file.Insert(start, end);
        return true;
    }

    private bool CloneRange(ModelFile source, ModelFile target, in ModelOp op)
    {
        if (!Pair(source, target, op, out int from, out int to, out int length))
        {
            return false;
        }

        Result cloned = default;
        LockBoth(source, target, () => cloned = Remap.Clone(source.Inode, from, target.Inode, to, length));
        if (!Allowed(cloned, Errno.ENOSPC))
        {
            return false;
        }

        byte[] bytes = source.Bytes.AsSpan(from, length).ToArray();
        target.Put(to, bytes);
        return true;
    }

    private bool DedupeRange(ModelFile source, ModelFile target, in ModelOp op)
    {
        if (!Pair(source, target, op, out int from, out int to, out int length) || to + length > target.Size)
        {
            return false;
        }

        bool isSame = source.Bytes.AsSpan(from, length).SequenceEqual(target.Bytes.AsSpan(to, length));
        Result deduped = default;
        LockBoth(source, target, () => deduped = Remap.Dedupe(source.Inode, from, target.Inode, to, length));
        bool succeeded = Allowed(deduped, Errno.EBADE);
        Require(succeeded == isSame, "dedupe compared wrongly");
        return succeeded;
    }

    private bool ExchangeRange(ModelFile left, ModelFile right, in ModelOp op)
    {
        if (!Pair(left, right, op, out int from, out int to, out int length) || to + length > right.Size)
        {
            return false;
        }

        Result exchanged = default;
        LockBoth(left, right, () => exchanged = Remap.Exchange(left.Inode, from, right.Inode, to, length));
        if (!Allowed(exchanged))
        {
            return false;
        }

        byte[] bytes = left.Bytes.AsSpan(from, length).ToArray();
        left.Put(from, right.Bytes.AsSpan(to, length).ToArray());
        right.Put(to, bytes);
        return true;
    }

    // Two ranges of whole blocks that do not overlap; false when the files are too small for that.
    private bool Pair(ModelFile source, ModelFile target, in ModelOp op, out int from, out int to, out int length)
    {
        from = to = length = 0;
        int blocks = source.Size / _unit;
        if (blocks == 0 || !_target.CanShare)
        {
            return false;
        }

        from = (int)(op.A % blocks) * _unit;
        length = (int)Math.Min(blocks - (from / _unit), 1 + (op.B % 16)) * _unit;
        to = (int)((op.C >> 4) % (ulong)((target.Size / _unit) + 2)) * _unit;
        bool overlaps = ReferenceEquals(source, target) && from < to + length && to < from + length;
        return !overlaps && to + length <= SizeMax;
    }

    private static void Range(ModelFile file, in ModelOp op, out int start, out int end)
    {
        start = (int)(op.A % Math.Min(SizeMax - 1, file.Size + 5000));
        end = (int)Math.Min(SizeMax, start + 1 + (op.B % 25_000));
    }
}
