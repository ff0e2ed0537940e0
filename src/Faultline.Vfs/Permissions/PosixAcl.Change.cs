// ACLs that change: what is well formed, what a mode means for them and they for a mode, what new files inherit.

using System;
using System.Buffers.Binary;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Permissions;

public static partial class PosixAcl
{
    private const uint Version = 2;

    /// <summary>Name of the attribute that holds the access ACL.</summary>
    internal static ReadOnlySpan<byte> AccessName => "system.posix_acl_access"u8;

    /// <summary>Name of the attribute that holds the default ACL of a directory.</summary>
    internal static ReadOnlySpan<byte> DefaultName => "system.posix_acl_default"u8;

    /// <summary>Whether an attribute is one of the two.</summary>
    /// <param name="name">Whole name.</param>
    /// <returns>True when it is.</returns>
    internal static bool IsName(ReadOnlySpan<byte> name) =>
        name.SequenceEqual(AccessName) || name.SequenceEqual(DefaultName);

    /// <summary>Whether there is no entry: setting such an ACL removes it.</summary>
    /// <param name="acl">The attribute's value.</param>
    /// <returns>True when it has none.</returns>
    internal static bool IsEmpty(ReadOnlySpan<byte> acl) => acl.Length <= HeaderBytes;

    /// <summary>Reads the default ACL of a directory.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>The attribute's value, or null when there is none.</returns>
    internal static byte[]? ReadDefault(Inode directory) => ReadNamed(directory, DefaultName);

    /// <summary>Checks that an ACL is well formed: the entries in order, each of the three owners once, a mask where
    /// there is a named user or group.</summary>
    /// <param name="acl">The attribute's value; empty is well formed.</param>
    /// <returns>Success.</returns>
    /// <errors>EOPNOTSUPP another version; EINVAL anything else.</errors>
    /// <source>acl(5), acl_valid(3)</source>
    public static Result Validate(ReadOnlySpan<byte> acl)
    {
        if (acl.IsEmpty)
        {
            return Result.Ok;
        }

        if (acl.Length < HeaderBytes || (acl.Length - HeaderBytes) % EntryBytes != 0)
        {
            return VfsWriteReasons.AclLength;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(acl) != Version)
        {
            return VfsWriteReasons.AclVersion;
        }

        return IsEmpty(acl) || AreEntriesSound(acl) ? Result.Ok : VfsWriteReasons.AclEntries;
    }

    /// <summary>The nine bits of a mode that say what an ACL says.</summary>
    /// <param name="acl">A valid ACL.</param>
    /// <param name="isMinimal">Whether it says no more than the mode.</param>
    /// <returns>The bits.</returns>
    public static uint ModeOf(ReadOnlySpan<byte> acl, out bool isMinimal)
    {
        uint mode = 0;
        uint? mask = null;
        isMinimal = true;
        for (int at = HeaderBytes; at < acl.Length; at += EntryBytes)
        {
            uint bits = BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at + 2));
            switch (TagAt(acl, at))
            {
                case UserObject:
                    mode |= bits << 6;
                    break;
                case GroupObject:
                    mode |= bits << 3;
                    break;
                case Other:
                    mode |= bits;
                    break;
                case Mask:
                    mask = bits;
                    isMinimal = false;
                    break;
                default:
                    isMinimal = false;
                    break;
            }
        }

        const uint GroupBits = 0x38;
        return mask is uint limit ? (mode & ~GroupBits) | (limit << 3) : mode;
    }

    /// <summary>Changes an ACL as chmod(2) does: the group's bits go to the mask if there is one.</summary>
    /// <param name="acl">A valid ACL, changed in place.</param>
    /// <param name="mode">The new mode.</param>
    public static void SetMode(Span<byte> acl, uint mode)
    {
        ushort group = FindTag(acl, Mask) >= 0 ? Mask : GroupObject;
        SetBits(acl, UserObject, (mode >> 6) & 7);
        SetBits(acl, group, (mode >> 3) & 7);
        SetBits(acl, Other, mode & 7);
    }

    /// <summary>What a new file gets from a default ACL.</summary>
    /// <param name="inherited">The default ACL of its directory.</param>
    /// <param name="mode">The mode that was asked for.</param>
    /// <param name="access">Its access ACL, or empty when the mode says it all.</param>
    /// <returns>Its mode.</returns>
    /// <source>acl(5), "Object creation and default ACLs"</source>
    internal static uint Inherit(ReadOnlySpan<byte> inherited, uint mode, out byte[] access)
    {
        const uint AllBits = 0x1FF;
        access = inherited.ToArray();
        uint allowed = ModeOf(access, out bool isMinimal);
        uint bits = mode & allowed & AllBits;
        SetMode(access, bits);
        if (isMinimal)
        {
            access = [];
        }

        return (mode & ~AllBits) | bits;
    }

    private static bool AreEntriesSound(ReadOnlySpan<byte> acl)
    {
        int previous = 0;
        bool hasNamed = false;
        int owners = 0;
        bool hasMask = false;
        for (int at = HeaderBytes; at < acl.Length; at += EntryBytes)
        {
            ushort tag = TagAt(acl, at);
            bool repeats = tag is User or Group;
            bool isKnown = repeats || tag is UserObject or GroupObject or Mask or Other;
            bool isInOrder = tag > previous || (repeats && tag == previous);
            if (!isKnown || !isInOrder || BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at + 2)) > 7)
            {
                return false;
            }

            hasNamed |= repeats;
            hasMask |= tag == Mask;
            owners += tag is UserObject or GroupObject or Other ? 1 : 0;
            previous = tag;
        }

        return owners == 3 && (hasMask || !hasNamed);
    }

    private static ushort TagAt(ReadOnlySpan<byte> acl, int at) =>
        BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at));

    private static int FindTag(ReadOnlySpan<byte> acl, ushort tag)
    {
        for (int at = HeaderBytes; at + EntryBytes <= acl.Length; at += EntryBytes)
        {
            if (TagAt(acl, at) == tag)
            {
                return at;
            }
        }

        return -1;
    }

    private static void SetBits(Span<byte> acl, ushort tag, uint bits)
    {
        int at = FindTag(acl, tag);
        if (at >= 0)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(acl.Slice(at + 2), (ushort)bits);
        }
    }
}
