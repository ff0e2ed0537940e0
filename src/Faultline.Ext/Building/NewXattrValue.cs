// The value of an extended attribute that has an inode of its own.

namespace Faultline.Ext.Building;

/// <summary>A value with an inode of its own.</summary>
/// <param name="number">The inode.</param>
/// <param name="value">The value.</param>
/// <param name="checksum">CRC-32C of the value.</param>
internal sealed class NewXattrValue(uint number, byte[] value, uint checksum) : IBuildContent
{
    internal uint Number => number;

    internal int Length => value.Length;

    internal uint Checksum => checksum;

    /// <summary>Attributes that have this value.</summary>
    internal ulong ReferenceCount { get; set; }

    /// <inheritdoc/>
    public void Read(long position, System.Span<byte> buffer) =>
        System.MemoryExtensions.AsSpan(value, (int)position, buffer.Length).CopyTo(buffer);
}
