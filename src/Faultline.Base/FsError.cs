// A failure as a value: reason and coordinates.

using System.Text;
using Faultline.Abi;

namespace Faultline.Base;

/// <summary>What went wrong and where.</summary>
/// <param name="Reason">The cause; its errno is the error's errno.</param>
/// <param name="Inode">The inode concerned, or none.</param>
/// <param name="Block">The block concerned, or 0 for none.</param>
/// <param name="Detail">More words, or null.</param>
public readonly record struct FsError(
    Reason Reason, InodeNumber Inode = default, BlockNumber Block = default, string? Detail = null)
{
    /// <summary>The error number.</summary>
    public Errno Errno => Reason.Errno;

    /// <inheritdoc/>
    public override string ToString()
    {
        StringBuilder text = new(Reason.Text);
        if (Detail is not null)
        {
            _ = text.Append(": ").Append(Detail);
        }

        if (Inode.Value != 0)
        {
            _ = text.Append(" [inode ").Append(Inode.Value).Append(']');
        }

        if (Block.Value != 0)
        {
            _ = text.Append(" [block ").Append(Block.Value).Append(']');
        }

        return text.Append(" (").Append(Errno).Append(", ").Append(Reason.Name).Append(')').ToString();
    }
}
