// How names of a directory compare, hash and show: byte for byte; without case where the directory
// says so; in the no-key form where the directory is encrypted.

using System;
using Faultline.Base;
using Faultline.Ext.Folding;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>How names of directories compare, hash and show.</summary>
/// <param name="super">The superblock.</param>
internal sealed class DirectoryNames(ExtSuperBlock super)
{
    private const int FoldedBytesMax = NameFolding.FoldedBytesMax;

    /// <summary>Whether an entry's name is the one sought.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="entryName">Name of the entry.</param>
    /// <param name="name">Name sought.</param>
    /// <returns>True when they are the same.</returns>
    internal static bool Matches(
        InodeRecord directory, ReadOnlySpan<byte> entryName, ReadOnlySpan<byte> name)
    {
        if (entryName.SequenceEqual(name))
        {
            return true;
        }

        return directory.Has(ExtInodeFlags.Casefold) && NameFolding.AreEqual(entryName, name);
    }

    /// <summary>Whether a name may be looked up in a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <returns>EINVAL when the volume demands valid text and this is none.</returns>
    internal Result CheckText(InodeRecord directory, ReadOnlySpan<byte> name)
    {
        bool isRefused = super.IsEncodingStrict && directory.Has(ExtInodeFlags.Casefold)
            && !NameFolding.IsValid(name);
        return isRefused ? ExtReasons.NameEncoding.At(directory.Number) : Result.Ok;
    }

    /// <summary>Hash of a name in a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <param name="name">The name.</param>
    /// <param name="stored">Version in the tree's root, or of the volume.</param>
    /// <param name="minor">Second word.</param>
    /// <returns>The hash.</returns>
    internal uint Hash(
        InodeRecord directory, ReadOnlySpan<byte> name, HashVersion stored, out uint minor)
    {
        bool isUnsigned = super.IsHashUnsigned && (stored <= HashVersion.Tea);
        HashVersion version = isUnsigned
            ? (HashVersion)((int)stored + (int)HashVersion.LegacyUnsigned)
            : stored;
        if (!directory.Has(ExtInodeFlags.Casefold))
        {
            return HtreeHash.Compute(name, version, super.HashSeedBytes, out minor);
        }

        // Text that cannot be folded hashes as it is.
        Span<byte> folded = stackalloc byte[FoldedBytesMax];
        return NameFolding.TryFold(name, folded, out int length)
            ? HtreeHash.Compute(folded.Slice(0, length), version, super.HashSeedBytes, out minor)
            : HtreeHash.Compute(name, version, super.HashSeedBytes, out minor);
    }
}
