// Copy-on-write in memory over a device that is only read: a journal is replayed into one of these
// when the image must stay untouched. Invariants: the base is never written; a unit is either
// absent (the base's bytes hold) or present whole. Lock-free: two first writers of one unit both
// copy the base, one copy is published, and both write into that one.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Block.Devices;

/// <summary>A writable device over one that is only read.</summary>
public sealed class OverlayDevice : BlockDevice
{
    private readonly IBlockDevice _base;
    private readonly int _unitBytes;
    private readonly ConcurrentDictionary<long, byte[]> _units = new();

    /// <summary>Makes an empty overlay; the base stays the caller's to dispose.</summary>
    /// <param name="baseDevice">The device below.</param>
    /// <param name="unitBytes">Unit of copying, a power of two, 512 or more.</param>
    public OverlayDevice(IBlockDevice baseDevice, int unitBytes = 4096)
        : base(baseDevice.Name + " (overlay)", isReadOnly: false)
    {
        Check.That(unitBytes >= 512);
        Check.That(Bits.IsPowerOfTwo(unitBytes));
        _base = baseDevice;
        _unitBytes = unitBytes;
    }

    /// <inheritdoc/>
    public override long SizeBytes => _base.SizeBytes;

    /// <inheritdoc/>
    public override int LogicalBlockSize => _base.LogicalBlockSize;

    /// <inheritdoc/>
    public override int PhysicalBlockSize => _base.PhysicalBlockSize;

    /// <summary>Number of units that differ from the base, or did when written.</summary>
    public int UnitCount => _units.Count;

    /// <summary>Byte offsets of the units written, ascending.</summary>
    /// <returns>A new list.</returns>
    public IReadOnlyList<long> WrittenOffsets()
    {
        List<long> offsets = [];
        foreach (long index in _units.Keys)
        {
            offsets.Add(index * _unitBytes);
        }

        offsets.Sort();
        return offsets;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
        // OK: because the overlay is meant to vanish.
    }

    /// <inheritdoc/>
    protected override void PrefetchChecked(long offset, long length) =>
        _base.Prefetch(offset, length);

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        if (_units.IsEmpty)
        {
            _base.Read(offset, buffer);
            return;
        }

        while (!buffer.IsEmpty)
        {
            int inUnit = (int)(offset % _unitBytes);
            int length = Math.Min(_unitBytes - inUnit, buffer.Length);
            if (_units.TryGetValue(offset / _unitBytes, out byte[]? unit))
            {
                unit.AsSpan(inUnit, length).CopyTo(buffer);
            }
            else
            {
                length = UnwrittenLength(offset, length, buffer.Length);
                _base.Read(offset, buffer.Slice(0, length));
            }

            buffer = buffer.Slice(length);
            offset += length;
        }
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        while (!buffer.IsEmpty)
        {
            int inUnit = (int)(offset % _unitBytes);
            int length = Math.Min(_unitBytes - inUnit, buffer.Length);
            byte[] unit = _units.GetOrAdd(
                offset / _unitBytes, static (index, self) => self.CopyBase(index), this);
            buffer.Slice(0, length).CopyTo(unit.AsSpan(inUnit));
            buffer = buffer.Slice(length);
            offset += length;
        }
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
        // OK: because what discarded bytes read as is unspecified, and memory is not saved.
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        byte[] zeros = new byte[_unitBytes];
        while (length > 0)
        {
            int piece = (int)Math.Min(length, zeros.Length);
            WriteChecked(offset, zeros.AsSpan(0, piece), WriteFlags.None);
            offset += piece;
            length -= piece;
        }
    }

    // Joins neighbouring units without a copy, so that a large read stays one read of the base.
    private int UnwrittenLength(long offset, int length, int lengthMax)
    {
        while ((length < lengthMax) && !_units.ContainsKey((offset + length) / _unitBytes))
        {
            length = Math.Min(length + _unitBytes, lengthMax);
        }

        return length;
    }

    private byte[] CopyBase(long index)
    {
        byte[] unit = new byte[_unitBytes];
        long start = index * _unitBytes;
        int length = (int)Math.Min(_unitBytes, SizeBytes - start);
        _base.Read(start, unit.AsSpan(0, length));
        return unit;
    }
}
