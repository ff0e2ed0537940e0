// A device that forgets what is written: for finding out whether something fits.

using System;
using Faultline.Block;

namespace Faultline.Ext.Building;

/// <summary>A device that forgets what is written.</summary>
/// <param name="sizeBytes">Its size.</param>
internal sealed class NullDevice(long sizeBytes) : BlockDevice("nothing", isReadOnly: false)
{
    /// <inheritdoc/>
    public override long SizeBytes => sizeBytes;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void ReadChecked(long offset, Span<byte> buffer) => buffer.Clear();

    /// <inheritdoc/>
    protected override void WriteChecked(long offset, ReadOnlySpan<byte> buffer, WriteFlags flags)
    {
    }

    /// <inheritdoc/>
    protected override void DiscardChecked(long offset, long length)
    {
    }

    /// <inheritdoc/>
    protected override void WriteZeroesChecked(long offset, long length)
    {
    }
}
