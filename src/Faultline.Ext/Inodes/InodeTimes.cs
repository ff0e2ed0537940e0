// Time stamps of inodes: 32 bits of signed seconds, and where the inode has them two more bits of
// seconds above and thirty bits of nanoseconds.
//
//      31                                2 1 0
//     +-----------------------------------+---+
//     | nanoseconds                       | e |   extra field
//     +-----------------------------------+---+      seconds = (int)low + e × 2^32

using Faultline.Base;

namespace Faultline.Ext.Inodes;

/// <summary>Time stamps of inodes.</summary>
/// <source>docs/format/ext.md#time-stamps; Linux Documentation/filesystems/ext4/inodes.rst</source>
internal static class InodeTimes
{
    private const int AccessLow = 0x08;
    private const int ChangeLow = 0x0C;
    private const int ModifyLow = 0x10;
    private const int ChangeExtra = 0x04;
    private const int ModifyExtra = 0x08;
    private const int AccessExtra = 0x0C;
    private const int BirthLow = 0x10;
    private const int BirthExtra = 0x14;
    private const uint NanosecondsMax = 999_999_999;
    private const long SecondsMax = int.MaxValue + (3L * 0x1_0000_0000);

    internal static UnixTime Access(InodeRecord inode) => Read(inode, AccessLow, AccessExtra);

    internal static UnixTime Change(InodeRecord inode) => Read(inode, ChangeLow, ChangeExtra);

    internal static UnixTime Modify(InodeRecord inode) => Read(inode, ModifyLow, ModifyExtra);

    /// <summary>Creation time, or null when the inode does not have it.</summary>
    /// <param name="inode">The inode.</param>
    /// <returns>The time.</returns>
    internal static UnixTime? Birth(InodeRecord inode) => inode.HasExtra(BirthLow)
        ? Join(inode.Extra(BirthLow), inode.Extra(BirthExtra))
        : null;

    /// <summary>Writes the three time stamps.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="access">Last access.</param>
    /// <param name="modify">Last change of the contents.</param>
    /// <param name="change">Last change of the inode.</param>
    internal static void Write(InodeRecord inode, UnixTime access, UnixTime modify, UnixTime change)
    {
        Write(inode, AccessLow, AccessExtra, access);
        Write(inode, ModifyLow, ModifyExtra, modify);
        Write(inode, ChangeLow, ChangeExtra, change);
    }

    /// <summary>Writes the creation time, if the inode has it.</summary>
    /// <param name="inode">The inode.</param>
    /// <param name="time">The time.</param>
    internal static void WriteBirth(InodeRecord inode, UnixTime time)
    {
        inode.SetExtra(BirthLow, Low(inode, BirthExtra, time));
        inode.SetExtra(BirthExtra, Extra(time));
    }

    /// <summary>Joins both parts of a time stamp.</summary>
    /// <param name="low">Seconds, low 32 bits, signed.</param>
    /// <param name="extra">Extra field, or 0.</param>
    /// <returns>The time.</returns>
    internal static UnixTime Join(uint low, uint extra)
    {
        // OK: because the low part is signed on disk.
        long seconds = unchecked((int)low) + (long)Bits.Join(extra & 3, 0U);
        // Damaged nanoseconds are shown as the last one of their second rather than refused.
        return new UnixTime(seconds, uint.Min(extra >> 2, NanosecondsMax));
    }

    private static UnixTime Read(InodeRecord inode, int lowOffset, int extraOffset) =>
        Join(Disk.View<LeUInt32>(inode.Bytes, lowOffset), inode.Extra(extraOffset));

    private static void Write(InodeRecord inode, int offset, int extraOffset, UnixTime time)
    {
        Disk.Overlay<LeUInt32>(inode.Writable, offset) = Low(inode, extraOffset, time);
        inode.SetExtra(extraOffset, Extra(time));
    }

    private static uint Low(InodeRecord inode, int extraOffset, UnixTime time) =>
        Low(inode.HasExtra(extraOffset), time);

    /// <summary>The low part of a time stamp. Without the upper bits a time beyond them is the last, or first, that
    /// there is.</summary>
    /// <param name="hasExtra">Whether there is an extra field.</param>
    /// <param name="time">The time.</param>
    /// <returns>Seconds, low 32 bits.</returns>
    internal static uint Low(bool hasExtra, UnixTime time)
    {
        long seconds = hasExtra
            ? long.Clamp(time.Seconds, int.MinValue, SecondsMax)
            : long.Clamp(time.Seconds, int.MinValue, int.MaxValue);
        return (uint)(seconds & uint.MaxValue);
    }

    /// <summary>The extra field of a time stamp.</summary>
    /// <param name="time">The time.</param>
    /// <returns>Nanoseconds and the upper bits of the seconds.</returns>
    internal static uint Extra(UnixTime time)
    {
        // OK: because the low word counts as signed, epochs begin at its least value.
        long seconds = long.Clamp(time.Seconds, int.MinValue, SecondsMax);
        uint epoch = (uint)(((seconds - unchecked((int)(seconds & uint.MaxValue))) >> 32) & 3);
        return (time.Nanoseconds << 2) | epoch;
    }
}
