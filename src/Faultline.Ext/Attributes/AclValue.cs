// Access control lists: what is on disk leaves out the ids that mean nothing; what programs see has
// them all.
//
//     on disk   version 1 (4 bytes); entries: tag (2), permissions (2), and for named users and groups id (4)
//     shown     version 2 (4 bytes); entries: tag (2), permissions (2), id (4), all ones when there is none

using System;
using Faultline.Base;

namespace Faultline.Ext.Attributes;

/// <summary>Converts access control lists between what is stored and what programs see.</summary>
/// <source>docs/format/ext.md#access-control-lists; Linux
/// Documentation/filesystems/ext4/attributes.rst; acl(5)</source>
internal static class AclValue
{
    private const uint DiskVersion = 1;
    private const uint ShownVersion = 2;
    private const int HeadBytes = 4;
    private const int ShortBytes = 4;
    private const int LongBytes = 8;
    private const ushort TagUser = 2;
    private const ushort TagGroup = 8;

    /// <summary>Converts a list.</summary>
    /// <param name="disk">As stored.</param>
    /// <param name="inode">Whose it is, for errors.</param>
    /// <returns>As shown.</returns>
    /// <errors>FsException EUCLEAN when it is malformed.</errors>
    internal static byte[] Convert(ReadOnlySpan<byte> disk, InodeNumber inode)
    {
        int count = CountEntries(disk);
        if (count < 0)
        {
            throw new FsException(ExtReasons.AclFormat.At(inode, $"{disk.Length} bytes"));
        }

        byte[] shown = new byte[HeadBytes + (count * LongBytes)];
        Disk.Overlay<LeUInt32>(shown) = ShownVersion;
        int from = HeadBytes;
        for (int to = HeadBytes; to < shown.Length; to += LongBytes)
        {
            bool hasId = HasId(Disk.View<LeUInt16>(disk, from));
            int length = hasId ? LongBytes : ShortBytes;
            Disk.Overlay<LeUInt32>(shown, to + ShortBytes) = uint.MaxValue;
            disk.Slice(from, length).CopyTo(shown.AsSpan(to));
            from += length;
        }

        return shown;
    }

    /// <summary>Converts a list to what is stored.</summary>
    /// <param name="shown">As programs see it; its form was checked.</param>
    /// <returns>As stored.</returns>
    internal static byte[] ToDisk(ReadOnlySpan<byte> shown)
    {
        byte[] disk = new byte[shown.Length];
        Disk.Overlay<LeUInt32>(disk) = DiskVersion;
        int to = HeadBytes;
        for (int from = HeadBytes; from + LongBytes <= shown.Length; from += LongBytes)
        {
            int length = HasId(Disk.View<LeUInt16>(shown, from)) ? LongBytes : ShortBytes;
            shown.Slice(from, length).CopyTo(disk.AsSpan(to));
            to += length;
        }

        return disk.AsSpan(0, to).ToArray();
    }

    // -1 when the list is malformed.
    private static int CountEntries(ReadOnlySpan<byte> disk)
    {
        if ((disk.Length < HeadBytes) || (Disk.View<LeUInt32>(disk) != DiskVersion))
        {
            return -1;
        }

        int count = 0;
        int offset = HeadBytes;
        while (offset < disk.Length)
        {
            if (disk.Length - offset < ShortBytes)
            {
                return -1;
            }

            offset += HasId(Disk.View<LeUInt16>(disk, offset)) ? LongBytes : ShortBytes;
            count++;
        }

        return offset == disk.Length ? count : -1;
    }

    private static bool HasId(ushort tag) => tag is TagUser or TagGroup;
}
