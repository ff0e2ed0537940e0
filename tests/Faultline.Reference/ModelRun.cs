// Runs a sequence on a target and on the model side by side.
//
// ModelRun.cs        the loop, comparing        ModelRun.Data.cs    reading, writing, syncing
// ModelRun.Space.cs  sizes, holes, sharing

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Locking;
using Faultline.PageCache.Reading;

namespace Faultline.Reference;

/// <summary>One run of one sequence.</summary>
internal sealed partial class ModelRun
{
    private const int SizeMax = 200 << 10;
    private const int CompareEvery = 97;
    private const double FullAt = 0.85;
    private const double FullMax = 0.93;
    private const double EmptyAt = 0.6;
    private const double EmptyMin = 0.5;

    private readonly IModelTarget _target;
    private readonly ModelFile[] _files;
    private readonly byte[] _buffer = new byte[SizeMax + 4096];
    private readonly long[] _attempts;
    private readonly long[] _successes;
    private readonly int _unit;
    private int _step;
    private int _generation;

    internal ModelRun(IModelTarget target, int files, long[] attempts, long[] successes)
    {
        _target = target;
        _attempts = attempts;
        _successes = successes;
        _unit = target.BlockSizeBytes;
        _files = new ModelFile[files];
        for (int index = 0; index < files; index++)
        {
            _files[index] = NewFile();
        }
    }

    internal double FullnessMin { get; private set; } = 1;

    internal double FullnessMax { get; private set; }

    internal void Run(IReadOnlyList<ModelOp> ops)
    {
        for (_step = 0; _step < ops.Count; _step++)
        {
            Apply(Banded(ops[_step]));
            if (_step % CompareEvery == CompareEvery - 1)
            {
                CompareAll();
                FullnessMin = Math.Min(FullnessMin, _step > ops.Count / 4 ? _target.Fullness : 1);
                FullnessMax = Math.Max(FullnessMax, _target.Fullness);
            }
        }

        CompareAll();
        Require(_target.Sync().IsOk, "the last sync failed");
        CompareAll();
    }

    internal void CloseFiles()
    {
        foreach (ModelFile file in _files)
        {
            file.Inode.Put();
        }
    }

    // Keeps the volume between nearly full and not too empty: that is where allocators and reservations err.
    private ModelOp Banded(in ModelOp op)
    {
        double fullness = _target.Fullness;
        bool grows = op.Kind is ModelOpKind.Write or ModelOpKind.ShortWrite or ModelOpKind.DirectWrite
            or ModelOpKind.Allocate or ModelOpKind.Zero or ModelOpKind.Store or ModelOpKind.Unshare;
        if (grows && (fullness > FullMax || (fullness > FullAt && op.C % 4 != 0)))
        {
            return op with { Kind = op.C % 8 < 4 ? ModelOpKind.TruncateDown : ModelOpKind.Punch };
        }

        bool shrinks = op.Kind is ModelOpKind.TruncateDown or ModelOpKind.Punch or ModelOpKind.Collapse
            or ModelOpKind.Remove or ModelOpKind.Clone or ModelOpKind.Exchange;
        bool fills = (shrinks && fullness < EmptyAt) || (fullness < EmptyMin && op.C % 2 == 0);
        return fills ? op with { Kind = ModelOpKind.Write } : op;
    }

    private void Apply(in ModelOp op)
    {
        ModelFile file = _files[op.File];
        _attempts[(int)op.Kind]++;
        bool succeeded = op.Kind switch
        {
            ModelOpKind.Write => Write(file, op),
            ModelOpKind.ShortWrite => ShortWrite(file, op),
            ModelOpKind.Read => Read(file, op),
            ModelOpKind.Store => Store(file, op),
            ModelOpKind.TruncateDown => TruncateTo(file, (int)(op.A % (file.Size + 1))),
            ModelOpKind.TruncateUp => TruncateTo(file, Math.Min(SizeMax, file.Size + (int)(op.A % 20_000))),
            ModelOpKind.Punch => Punch(file, op),
            ModelOpKind.Zero => Zero(file, op),
            ModelOpKind.Collapse => Collapse(file, op),
            ModelOpKind.Insert => Insert(file, op),
            ModelOpKind.Allocate => Allocate(file, op),
            ModelOpKind.Unshare => UnshareRange(file, op),
            ModelOpKind.DirectRead => DirectReadRange(file, op),
            ModelOpKind.DirectWrite => DirectWriteRange(file, op),
            ModelOpKind.SeekData => SeekFor(file, op, wantsData: true),
            ModelOpKind.SeekHole => SeekFor(file, op, wantsData: false),
            ModelOpKind.Fsync => Passes(_target.Fsync(file.Inode)),
            ModelOpKind.Sync => Passes(_target.Sync()),
            ModelOpKind.Background => Background(file),
            ModelOpKind.DropClean => Drop(file),
            ModelOpKind.Clone => CloneRange(file, _files[op.Other], op),
            ModelOpKind.Dedupe => DedupeRange(file, _files[op.Other], op),
            ModelOpKind.Exchange => ExchangeRange(file, _files[op.Other], op),
            ModelOpKind.Remove => Remove(op.File),
            _ => throw new Divergence(_step, "unknown operation"),
        };
        _successes[(int)op.Kind] += succeeded ? 1 : 0;
        Require(file.Inode.SizeBytes == _files[op.File].Size || op.Kind == ModelOpKind.Remove, $"{op.Kind}: size "
            + $"{file.Inode.SizeBytes}, should be {_files[op.File].Size}");
    }

    private void CompareAll()
    {
        foreach (ModelFile file in _files)
        {
            CompareRange(file, 0, file.Size);
        }

        if (_target.Check() is string finding)
        {
            throw new Divergence(_step, finding);
        }
    }

    private void CompareRange(ModelFile file, int start, int end)
    {
        Span<byte> read = _buffer.AsSpan(0, end - start);
        Result<int> got = file.Inode.Mapping.Read(start, read, new ReadaheadState(0), ReadMode.Blocking);
        Require(got.IsOk && got.Value == end - start, $"{file.Name}: read {got} of {end - start} at {start}");
        Check(file, start, read);
    }

    private void Check(ModelFile file, int start, ReadOnlySpan<byte> read)
    {
        ReadOnlySpan<byte> truth = file.Bytes.AsSpan(start, read.Length);
        int same = truth.CommonPrefixLength(read);
        if (same < read.Length)
        {
            throw new Divergence(
                _step, $"{file.Name}: byte {start + same} is {read[same]:x2}, should be {truth[same]:x2}");
        }
    }

    // After a failure that may have zeroed a part of a range: each byte is what it was, or zero.
    private void AcceptZeros(ModelFile file, int start, int end)
    {
        end = Math.Min(end, file.Size);
        if (start >= end)
        {
            return;
        }

        Span<byte> read = _buffer.AsSpan(0, end - start);
        Result<int> got = file.Inode.Mapping.Read(start, read, new ReadaheadState(0), ReadMode.Blocking);
        Require(got.IsOk && got.Value == end - start, "read after a failure");
        for (int index = 0; index < read.Length; index++)
        {
            Require(read[index] == 0 || read[index] == file.Bytes[start + index], "a failed call left something new");
        }

        file.Put(start, read);
    }

    private ModelFile NewFile()
    {
        string name = $"file{_generation}";
        _generation++;
        return new ModelFile(name, _target.Create(name));
    }

    private bool Remove(int index)
    {
        ModelFile file = _files[index];
        Result removed = _target.Remove(file.Name, file.Inode);
        Require(removed.IsOk, "remove failed");
        _files[index] = NewFile();
        return true;
    }

    private void Require(bool condition, string what)
    {
        if (!condition)
        {
            throw new Divergence(_step, what);
        }
    }

    private bool Passes(Result result)
    {
        Require(result.IsOk, result.IsOk ? "" : result.Error.ToString());
        return true;
    }

    // True on success; false for an error that this operation may have; anything else diverges.
    private bool Allowed(Result result, params ReadOnlySpan<Errno> errors)
    {
        if (result.IsOk)
        {
            return true;
        }

        Require(errors.Contains(result.Error.Errno), result.Error.ToString());
        return false;
    }

    // Two inode locks in instance order, or one.
    private static void LockBoth(ModelFile left, ModelFile right, Action action)
    {
        if (ReferenceEquals(left, right))
        {
            using ExclusiveGuard only = left.Inode.Lock.AcquireExclusive();
            action();
            return;
        }

        bool isLeftFirst = left.Inode.Number.Value < right.Inode.Number.Value;
        using ExclusiveGuard outer = (isLeftFirst ? left : right).Inode.Lock.AcquireExclusive();
        using ExclusiveGuard inner = (isLeftFirst ? right : left).Inode.Lock.AcquireExclusive(1);
        action();
    }
}
