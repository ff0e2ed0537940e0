// POSIX access control lists in the form in which getxattr(2) shows them: system.posix_acl_access.
//
//   u32 version (2), then 8 bytes an entry: u16 tag, u16 permissions, u32 id; all little-endian
//
// The evaluation follows the algorithm of POSIX.1e draft 17, as acl(5) describes it.

using System;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Permissions;

/// <summary>Evaluates and formats POSIX ACLs.</summary>
/// <source>acl(5)</source>
public static partial class PosixAcl
{
    private const int HeaderBytes = 4;
    private const int EntryBytes = 8;
    private const int BytesMax = 64 * 1024;
    private const ushort UserObject = 1;
    private const ushort User = 2;
    private const ushort GroupObject = 4;
    private const ushort Group = 8;
    private const ushort Mask = 16;
    private const ushort Other = 32;

    /// <summary>Reads an inode's access ACL.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>The attribute's value, or null when there is none.</returns>
    internal static byte[]? Read(Inode inode) => ReadNamed(inode, AccessName);

    /// <summary>Whether the ACL lets somebody do something.</summary>
    /// <param name="acl">The attribute's value.</param>
    /// <param name="attributes">The inode, for its owner and group.</param>
    /// <param name="wanted">What.</param>
    /// <param name="credentials">Who.</param>
    /// <returns>True when it does.</returns>
    internal static bool Allows(
        ReadOnlySpan<byte> acl, InodeAttributes attributes, AccessMask wanted, Credentials credentials)
    {
        AccessMask mask = FindMask(acl);
        bool isGroupMatched = false;
        for (int at = HeaderBytes; at + EntryBytes <= acl.Length; at += EntryBytes)
        {
            ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at));
            AccessMask granted = (AccessMask)BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at + 2));
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(acl.Slice(at + 4));
            if (tag == UserObject && credentials.Uid == attributes.Uid)
            {
                return (granted & wanted) == wanted;
            }

            if (tag == User && credentials.Uid == id)
            {
                return (granted & mask & wanted) == wanted;
            }

            bool isGroup = (tag == GroupObject && credentials.IsMember(attributes.Gid))
                || (tag == Group && credentials.IsMember(id));
            if (isGroup)
            {
                isGroupMatched = true;
                if ((granted & mask & wanted) == wanted)
                {
                    return true;
                }
            }

            if (tag == Other)
            {
                return !isGroupMatched && (granted & wanted) == wanted;
            }
        }

        return false;
    }

    /// <summary>The ACL as acl_to_text(3) writes it, ids as numbers, one entry a line.</summary>
    /// <param name="acl">The attribute's value.</param>
    /// <returns>The text; entries with a tag that is not known are left out.</returns>
    public static string ToText(ReadOnlySpan<byte> acl)
    {
        StringBuilder text = new();
        for (int at = HeaderBytes; at + EntryBytes <= acl.Length; at += EntryBytes)
        {
            uint id = BinaryPrimitives.ReadUInt32LittleEndian(acl.Slice(at + 4));
            string? who = BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at)) switch
            {
                UserObject => "user:",
                User => string.Create(CultureInfo.InvariantCulture, $"user:{id}"),
                GroupObject => "group:",
                Group => string.Create(CultureInfo.InvariantCulture, $"group:{id}"),
                Mask => "mask:",
                Other => "other:",
                _ => null,
            };
            if (who is not null)
            {
                int bits = BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at + 2));
                _ = text.Append(who).Append(':')
                    .Append((bits & 4) != 0 ? 'r' : '-')
                    .Append((bits & 2) != 0 ? 'w' : '-')
                    .Append((bits & 1) != 0 ? 'x' : '-')
                    .Append('\n');
            }
        }

        return text.ToString();
    }

    private static byte[]? ReadNamed(Inode inode, ReadOnlySpan<byte> name)
    {
        if (!inode.MayHaveAcl)
        {
            return null;
        }

        Result<int> length = inode.GetXattr(name, []);
        if (!length.IsOk || length.Value < HeaderBytes || length.Value > BytesMax)
        {
            return null;
        }

        byte[] value = new byte[length.Value];
        return inode.GetXattr(name, value).IsOk ? value : null;
    }

    private static AccessMask FindMask(ReadOnlySpan<byte> acl)
    {
        for (int at = HeaderBytes; at + EntryBytes <= acl.Length; at += EntryBytes)
        {
            if (BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at)) == Mask)
            {
                return (AccessMask)BinaryPrimitives.ReadUInt16LittleEndian(acl.Slice(at + 2));
            }
        }

        return AccessMask.Read | AccessMask.Write | AccessMask.Execute;
    }
}
