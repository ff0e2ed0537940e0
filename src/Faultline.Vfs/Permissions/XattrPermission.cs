// Who may read and write extended attributes, namespace by namespace.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Permissions;

/// <summary>Who may read and write extended attributes.</summary>
/// <source>xattr(7)</source>
internal static class XattrPermission
{
    /// <summary>Whether an attribute may be read.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="name">Whole name.</param>
    /// <param name="credentials">By whom.</param>
    /// <returns>Success.</returns>
    internal static Result MayRead(Inode inode, ReadOnlySpan<byte> name, Credentials credentials)
    {
        Result known = IsKnown(name);
        if (!known.IsOk)
        {
            return known;
        }

        if (name.StartsWith("trusted."u8) && !credentials.Has(Capabilities.SystemAdmin))
        {
            return VfsWriteReasons.XattrHidden;
        }

        if (!name.StartsWith("user."u8))
        {
            return Result.Ok;
        }

        return inode.IsRegular || inode.IsDirectory
            ? Permission.Check(inode, AccessMask.Read, credentials)
            : VfsWriteReasons.XattrUserMissing;
    }

    /// <summary>Whether an attribute may be stored or removed.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="name">Whole name; not an ACL's.</param>
    /// <param name="credentials">By whom.</param>
    /// <returns>Success.</returns>
    internal static Result MayWrite(Inode inode, ReadOnlySpan<byte> name, Credentials credentials)
    {
        if ((inode.Flags & (InodeFlags.Immutable | InodeFlags.Append)) != 0)
        {
            return VfsWriteReasons.XattrFixed.At(inode.Number);
        }

        Result known = IsKnown(name);
        if (!known.IsOk)
        {
            return known;
        }

        if (name.StartsWith("user."u8))
        {
            return MayWriteUser(inode, credentials);
        }

        Capabilities needed = name.SequenceEqual("security.capability"u8)
            ? Capabilities.SetFileCapabilities
            : Capabilities.SystemAdmin;
        return credentials.Has(needed) ? Result.Ok : VfsWriteReasons.XattrPrivileged;
    }

    private static Result MayWriteUser(Inode inode, Credentials credentials)
    {
        if (!inode.IsRegular && !inode.IsDirectory)
        {
            return VfsWriteReasons.XattrUserOfSpecial.At(inode.Number);
        }

        bool isSticky = inode.IsDirectory && (inode.Mode & ModeBits.S_ISVTX) != 0;
        return isSticky && !Permission.IsOwner(inode, credentials)
            ? VfsWriteReasons.XattrUserSticky.At(inode.Number)
            : Permission.Check(inode, AccessMask.Write, credentials);
    }

    private static Result IsKnown(ReadOnlySpan<byte> name)
    {
        int dot = name.IndexOf((byte)'.');
        bool isNamespace = name.StartsWith("user."u8)
            || name.StartsWith("trusted."u8)
            || name.StartsWith("security."u8);
        if (isNamespace)
        {
            return dot + 1 < name.Length ? Result.Ok : VfsWriteReasons.XattrBareNamespace;
        }

        return name.StartsWith("system."u8) && dot + 1 < name.Length
            ? IsKnownSystem(name)
            : VfsWriteReasons.XattrNamespace;
    }

    private static Result IsKnownSystem(ReadOnlySpan<byte> name) =>
        PosixAcl.IsName(name) || name.SequenceEqual("system.data"u8)
            ? Result.Ok
            : VfsWriteReasons.XattrSystem;
}
