// A range of another device as a device of its own.

using System;
using Faultline.Base;

namespace Faultline.Block.Devices;

/// <summary>A range of another device.</summary>
public sealed class PartitionDevice : BlockDevice
{
    private readonly IBlockDevice _whole;
    private readonly long _startBytes;

    /// <summary>Makes the view; the whole device stays the caller's to dispose.</summary>
    /// <param name="whole">The device.</param>
    /// <param name="startBytes">Byte offset of the range.</param>
    /// <param name="sizeBytes">Bytes of the range.</param>
    /// <param name="name">Name for messages.</param>
    /// <errors>FsException EUCLEAN when the range does not lie inside the device.</errors>
    public PartitionDevice(IBlockDevice whole, long startBytes, long sizeBytes, string name)
        : base(name, whole.IsReadOnly)
    {
        bool isInside = (startBytes >= 0) && (sizeBytes >= 0) && (startBytes <= whole.SizeBytes)
            && (sizeBytes <= whole.SizeBytes - startBytes);
        if (!isInside)
        {
            throw new FsException(BlockReasons.PartitionRange.With(
                $"{name}: {sizeBytes} bytes at {startBytes}, device {whole.SizeBytes}"));
        }

        _whole = whole;
        _startBytes = startBytes;
        SizeBytes = sizeBytes;
    }

    /// <inheritdoc/>
    public override long SizeBytes { get; }

    /// <inheritdoc/>
    public override int LogicalBlockSize => _whole.LogicalBlockSize;

    /// <inheritdoc/>
    public override int PhysicalBlockSize => _whole.PhysicalBlockSize;

    /// <inheritdoc/>
    public override void Flush() => _whole.Flush();

    /// <inheritdoc/>
    protected override void PrefetchChecked(long offset, long length) =>
        _whole.Prefetch(_startBytes + offset, length);

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) =>
        _whole.Read(_startBytes + offset, buffer);

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, ReadOnlySpan<IoVector> vectors) =>
        _whole.Read(_startBytes + offset, vectors);

    /// <inheritdoc/>
    protected override void WriteChecked(
        long offset, ReadOnlySpan<byte> buffer, WriteFlags flags) =>
        _whole.Write(_startBytes + offset, buffer, flags);

    /// <inheritdoc/>
    protected override void WriteChecked(
        long offset, ReadOnlySpan<IoVector> vectors, WriteFlags flags) =>
        _whole.Write(_startBytes + offset, vectors, flags);

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) =>
        _whole.Discard(_startBytes + offset, length);

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length) =>
        _whole.WriteZeroes(_startBytes + offset, length);
}
