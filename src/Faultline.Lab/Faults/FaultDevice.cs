// A device whose transfers fail when the switch says so. A write that fails changes nothing.

using System;
using Faultline.Base;
using Faultline.Block;

namespace Faultline.Lab.Faults;

/// <summary>A device that fails when told.</summary>
/// <param name="inner">The device; stays the caller's.</param>
/// <param name="faults">Says what fails.</param>
internal sealed class FaultDevice(IBlockDevice inner, FaultSwitch faults) : BlockDevice("failing device", false)
{
    /// <inheritdoc/>
    public override long SizeBytes => inner.SizeBytes;

    /// <inheritdoc/>
    public override void Flush()
    {
        ThrowIfFails(FaultTarget.OneFlush);
        inner.Flush();
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer)
    {
        ThrowIfFails(FaultTarget.OneRead);
        inner.Read(offset, buffer);
    }

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
        ThrowIfFails(FaultTarget.OneWrite);
        inner.Write(offset, buffer, flags);
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length) => inner.Discard(offset, length);

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
        ThrowIfFails(FaultTarget.OneWrite);
        inner.WriteZeroes(offset, length);
    }

    private void ThrowIfFails(FaultTarget target)
    {
        if (faults.Fails(target))
        {
            throw new FsException(LabReasons.DeviceFault.With($"{target}"));
        }
    }
}
