// Domain integers, where confusing two numbers costs data.

using System.Globalization;

namespace Faultline.Base;

/// <summary>Number of an inode on its volume. 0 means "no inode".</summary>
/// <param name="Value">The number.</param>
public readonly record struct InodeNumber(ulong Value)
{
    /// <summary>No inode.</summary>
    public static InodeNumber None => default;

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Number of a block of the volume, in units of the volume's block size.</summary>
/// <param name="Value">The number; 0 is the block at the start of the device.</param>
public readonly record struct BlockNumber(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Index of a block within a file, in units of the volume's block size.</summary>
/// <param name="Value">The index.</param>
public readonly record struct FileBlock(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Identity of a journal transaction. Wraps; compare with <see cref="IsAfter"/>.</summary>
/// <param name="Value">The 32-bit sequence number.</param>
public readonly record struct TransactionId(uint Value)
{
    /// <summary>Whether this transaction is later than <paramref name="other"/>, modulo 2^32.</summary>
    /// <param name="other">The transaction to compare with.</param>
    /// <returns>True when later.</returns>
    public bool IsAfter(TransactionId other) => unchecked((int)(Value - other.Value)) > 0;

    /// <summary>The transaction after this one.</summary>
    /// <returns>The next identity, wrapping.</returns>
    public TransactionId Next() => new(unchecked(Value + 1));

    /// <inheritdoc/>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
