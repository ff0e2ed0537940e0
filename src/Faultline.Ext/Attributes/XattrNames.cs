// Names of extended attributes: the prefix is an index on disk. Attributes that are the format's
// own business, inline data and the encryption context, have no name.

using System;

namespace Faultline.Ext.Attributes;

/// <summary>Prefixes of the names of extended attributes.</summary>
/// <source>Linux Documentation/filesystems/ext4/attributes.rst</source>
internal static class XattrNames
{
    /// <summary>Index of names in the system namespace, of which inline data are one.</summary>
    internal const byte SystemIndex = 7;

    /// <summary>Index of the list for access.</summary>
    internal const byte AclAccessIndex = 2;

    /// <summary>Index of the list for new files.</summary>
    internal const byte AclDefaultIndex = 3;

    private const byte RichAclIndex = 8;

    private static ReadOnlySpan<byte> Storable => [1, AclAccessIndex, AclDefaultIndex, 4, 6];

    /// <summary>Name of inline data after the system prefix.</summary>
    internal static ReadOnlySpan<byte> InlineDataName => "data"u8;

    /// <summary>Prefix that an index means.</summary>
    /// <param name="index">Index on disk.</param>
    /// <returns>The prefix; empty when attributes of the index are not shown.</returns>
    internal static ReadOnlySpan<byte> Prefix(byte index) => index switch
    {
        1 => "user."u8,
        AclAccessIndex => "system.posix_acl_access"u8,
        AclDefaultIndex => "system.posix_acl_default"u8,
        4 => "trusted."u8,
        6 => "security."u8,
        SystemIndex => "system."u8,
        RichAclIndex => "system.richacl"u8,
        10 => "gnu."u8,
        _ => default,
    };

    /// <summary>Index of the prefix of a name that users may store.</summary>
    /// <param name="name">Whole name.</param>
    /// <param name="rest">The rest of the name.</param>
    /// <returns>The index, or 0.</returns>
    internal static byte IndexOf(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> rest)
    {
        foreach (byte index in Storable)
        {
            ReadOnlySpan<byte> prefix = Prefix(index);
            bool isWhole = index is AclAccessIndex or AclDefaultIndex;
            if (isWhole ? name.SequenceEqual(prefix) : name.StartsWith(prefix))
            {
                rest = name.Slice(prefix.Length);
                return index;
            }
        }

        rest = default;
        return 0;
    }

    /// <summary>Whether an attribute has a name for users.</summary>
    /// <param name="entry">The attribute.</param>
    /// <returns>False for the format's own.</returns>
    internal static bool IsShown(XattrEntry entry)
    {
        bool isInlineData = (entry.NameIndex == SystemIndex)
            && entry.Name.SequenceEqual(InlineDataName);
        return !isInlineData && !Prefix(entry.NameIndex).IsEmpty;
    }

    /// <summary>Whether an attribute has this whole name.</summary>
    /// <param name="entry">The attribute.</param>
    /// <param name="name">Name with namespace.</param>
    /// <returns>True when it does.</returns>
    internal static bool Matches(XattrEntry entry, ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> prefix = Prefix(entry.NameIndex);
        return !prefix.IsEmpty && (name.Length == prefix.Length + entry.Name.Length)
            && name.StartsWith(prefix) && name.EndsWith(entry.Name);
    }
}
