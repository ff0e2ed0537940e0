// Why an operation failed. Each room lists its reasons in one table (Reasons.cs), each raised at exactly one
// place (Tidy checks), so that a message names its source line.

using Faultline.Abi;

namespace Faultline.Base;

/// <summary>One cause of failure: a stable name, the errno it means, and what is wrong in words.</summary>
/// <param name="name">Stable name, for logs and tests: <c>Ext.ExtentMagic</c>.</param>
/// <param name="errno">What the caller of a system call sees.</param>
/// <param name="text">What is wrong, starting with the structure.</param>
public sealed class Reason(string name, Errno errno, string text)
{
    /// <summary>Stable name.</summary>
    public string Name { get; } = name;

    /// <summary>Error number.</summary>
    public Errno Errno { get; } = errno;

    /// <summary>What is wrong, in words.</summary>
    public string Text { get; } = text;

    /// <summary>An error for this reason with no coordinates.</summary>
    /// <param name="reason">The reason.</param>
    public static implicit operator FsError(Reason reason) => new(reason);

    /// <summary>An error for this reason at an inode.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="detail">More words, or null. Allocate only for damage and refusals, not for
    /// ordinary outcomes.</param>
    /// <returns>The error.</returns>
    public FsError At(InodeNumber inode, string? detail = null) => new(this, inode, default, detail);

    /// <summary>An error for this reason at a block of an inode.</summary>
    /// <param name="inode">The inode, or none.</param>
    /// <param name="block">The block.</param>
    /// <param name="detail">More words, or null.</param>
    /// <returns>The error.</returns>
    public FsError At(InodeNumber inode, BlockNumber block, string? detail = null) =>
        new(this, inode, block, detail);

    /// <summary>An error for this reason with more words.</summary>
    /// <param name="detail">More words.</param>
    /// <returns>The error.</returns>
    public FsError With(string detail) => new(this, default, default, detail);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
