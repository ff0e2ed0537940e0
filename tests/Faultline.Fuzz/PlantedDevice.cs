// A device with a defective reader in it: when the driver reads a structure of one kind whose checksum is right, the
// defect trusts a number of it as a reader without that check would. It strikes only where the fuzzer damages that very
// field, the damage gets past the checksum, and the driver gets as far as reading the structure.

using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using Faultline.Block;

namespace Faultline.Fuzz;

/// <summary>A mutant's device with a planted defect.</summary>
internal sealed class PlantedDevice : BlockDevice
{
    private static readonly TimeSpan s_loopTime = 1.2 * Worker.TimeMax;

    private readonly MutantDevice _inner;
    private readonly byte[] _bytes;
    private readonly PlantedField _field;
    private readonly PlantedDefect _defect;
    private readonly IReadOnlyList<Structure> _structures;
    private readonly byte[] _table;

    internal PlantedDevice(Mutator mutator, PlantedField field, PlantedDefect defect)
        : base("mutant with a planted defect", isReadOnly: true)
    {
        _inner = new MutantDevice(mutator.Bytes, mutator.SizeBytes);
        _bytes = mutator.Bytes;
        _field = field;
        _defect = defect;
        _structures = [.. mutator.Image.Of(field.Kind).Where(field.IsIn)];
        // As large as intact images need.
        _table = new byte[1 + _structures.Max(structure => field.Read(mutator.Image.Bytes, structure))];
    }

    /// <inheritdoc/>
    public override long SizeBytes => _inner.SizeBytes;

    /// <summary>Sum of what the defect found, so that its work has a result.</summary>
    internal long Sum { get; private set; }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        _inner.Read(offset, buffer);
        foreach (Structure structure in _structures)
        {
            long start = structure.Offset + _field.Offset;
            bool isRead = (start >= offset) && (start + _field.Width <= offset + buffer.Length);
            if (isRead && IsDamaged(structure))
            {
                Trust(_field.Read(_bytes, structure));
            }
        }
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags) =>
        _inner.Write(offset, buffer, flags);

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) => _inner.Discard(offset, length);

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length) => _inner.WriteZeroes(offset, length);

    private bool IsDamaged(Structure structure)
    {
        if (_field.Read(_bytes, structure) < _table.Length)
        {
            return false;
        }

        byte[] repaired = [.. _bytes];
        structure.Checksum.Repair(repaired);
        return repaired.AsSpan().SequenceEqual(_bytes);
    }

    private void Trust(uint value)
    {
        switch (_defect)
        {
            case PlantedDefect.Index:
                Sum += _table[value];
                break;
            case PlantedDefect.Allocate:
                Sum += new byte[Worker.BytesMax + (value % 4096)].Length;
                break;
            case PlantedDefect.Loop:
                for (long started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < s_loopTime;)
                {
                    Sum++;
                }

                break;
        }
    }
}
