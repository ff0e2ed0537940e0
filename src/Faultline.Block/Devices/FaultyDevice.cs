// Passes transfers on, except those that its script makes fail. Locks: none; the rules count by
// themselves.

using System;
using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Block.Devices;

/// <summary>A device with scripted faults.</summary>
/// <param name="inner">The device; stays the caller's to dispose.</param>
/// <param name="rules">The script; the first rule that strikes counts.</param>
public sealed class FaultyDevice(IBlockDevice inner, IReadOnlyList<FaultRule> rules)
    : BlockDevice(inner.Name + " (faulty)", inner.IsReadOnly)
{
    /// <inheritdoc/>
    public override long SizeBytes => inner.SizeBytes;

    /// <inheritdoc/>
    public override int LogicalBlockSize => inner.LogicalBlockSize;

    /// <inheritdoc/>
    public override int PhysicalBlockSize => inner.PhysicalBlockSize;

    /// <inheritdoc/>
    public override void Flush()
    {
        FailIfScripted(FaultKind.FlushError, 0, 1);
        inner.Flush();
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        FailIfScripted(FaultKind.ReadError, offset, buffer.Length);
        inner.Read(offset, buffer);
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        FailIfScripted(FaultKind.WriteError, offset, buffer.Length);
        if (Strikes(FaultKind.DroppedWrite, offset, buffer.Length))
        {
            return;
        }

        if (Strikes(FaultKind.TornWrite, offset, buffer.Length))
        {
            int kept = (int)Bits.AlignDown(buffer.Length / 2, LogicalBlockSize);
            buffer = buffer.Slice(0, kept);
        }

        inner.Write(offset, buffer, flags);
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) =>
        inner.Discard(offset, length);

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        FailIfScripted(FaultKind.WriteError, offset, length);
        if (!Strikes(FaultKind.DroppedWrite, offset, length))
        {
            inner.WriteZeroes(offset, length);
        }
    }

    private void FailIfScripted(FaultKind attempt, long offset, long length)
    {
        if (Strikes(attempt, offset, length))
        {
            throw new FsException(BlockReasons.ScriptedFault.With(
                $"{attempt} of {length} bytes at {offset} of {Name}"));
        }
    }

    private bool Strikes(FaultKind attempt, long offset, long length)
    {
        foreach (FaultRule rule in rules)
        {
            if (rule.Strikes(attempt, offset, length))
            {
                return true;
            }
        }

        return false;
    }
}
