// One header block of a tar archive, of whatever flavour: v7, ustar, GNU, star.

using System;

namespace Faultline.Tar;

/// <summary>Reads the fields of a header block.</summary>
/// <source>POSIX.1-2017, pax: ustar Interchange Format; GNU tar manual, "Basic Tar Format"; star(5)</source>
internal readonly ref struct TarHeader(ReadOnlySpan<byte> block)
{
    private const int VersionedMagicBytes = 6;
    private const int GnuSparse = 0x182;
    private const int GnuSparseCount = 4;
    private const int GnuIsExtended = 0x1E2;
    private const int GnuRealSize = 0x1E3;
    private const int ExtensionCount = 21;
    private const int ExtensionIsExtended = 0x1F8;
    private const int SparseEntryBytes = 24;
    private const int Prefix = 0x159;
    private const int PrefixLength = 155;
    private const int StarPrefixLength = 131;
    private const int StarMagic = 0x1FC;
    private const int UserName = 0x109;
    private const int GroupName = 0x129;
    private const int OwnerNameLength = 32;

    private readonly ReadOnlySpan<byte> _block = block;

    /// <summary>Whether all of it is zero: the end of an archive.</summary>
    internal bool IsZero => _block.IndexOfAnyExcept((byte)0) < 0;

    /// <summary>Type of the entry.</summary>
    internal byte Type => _block[TarHeaderDisk.TypeFlag];

    internal ReadOnlySpan<byte> Link => Text(TarHeaderDisk.LinkName, TarHeaderDisk.NameLength);

    internal ReadOnlySpan<byte> Owner => IsUstar || IsGnu ? Text(UserName, OwnerNameLength) : default;

    internal ReadOnlySpan<byte> OwningGroup => IsUstar || IsGnu ? Text(GroupName, OwnerNameLength) : default;

    /// <summary>Whether it has the fields of GNU tar's own format.</summary>
    internal bool IsGnu => _block.Slice(TarHeaderDisk.Magic, 8).SequenceEqual("ustar  \0"u8);

    private bool IsUstar => _block.Slice(TarHeaderDisk.Magic, VersionedMagicBytes).SequenceEqual("ustar\0"u8);

    /// <summary>Whether the block is a header: its checksum is right. Some old programs added signed bytes.</summary>
    internal bool IsSound
    {
        get
        {
            if (!TryNumber(TarHeaderDisk.Checksum, TarHeaderDisk.ChecksumLength, out long stored))
            {
                return false;
            }

            const int BlankSum = TarHeaderDisk.ChecksumLength * ' ';
            int unsignedSum = BlankSum;
            int signedSum = BlankSum;
            for (int index = 0; index < _block.Length; index++)
            {
                bool isSum = index >= TarHeaderDisk.Checksum
                    && index < TarHeaderDisk.Checksum + TarHeaderDisk.ChecksumLength;
                unsignedSum += isSum ? 0 : _block[index];

                // OK: because the sign is the point.
                signedSum += isSum ? 0 : unchecked((sbyte)_block[index]);
            }

            return stored == unsignedSum || stored == signedSum;
        }
    }

    /// <summary>The name, with the prefix before it where the flavour has one.</summary>
    /// <returns>The bytes.</returns>
    internal byte[] FullName()
    {
        ReadOnlySpan<byte> name = Text(TarHeaderDisk.Name, TarHeaderDisk.NameLength);
        bool isStar = _block.Slice(StarMagic, 4).SequenceEqual("tar\0"u8);
        ReadOnlySpan<byte> prefix = IsUstar ? Text(Prefix, isStar ? StarPrefixLength : PrefixLength) : default;
        return prefix.IsEmpty ? name.ToArray() : [.. prefix, (byte)'/', .. name];
    }

    internal bool TryMode(out long value) =>
        TryNumber(TarHeaderDisk.Mode, TarHeaderDisk.ShortNumberLength, out value);

    internal bool TryUid(out long value) => TryNumber(TarHeaderDisk.Uid, TarHeaderDisk.ShortNumberLength, out value);

    internal bool TryGid(out long value) => TryNumber(TarHeaderDisk.Gid, TarHeaderDisk.ShortNumberLength, out value);

    internal bool TrySize(out long value) => TryNumber(TarHeaderDisk.Size, TarHeaderDisk.LongNumberLength, out value);

    internal bool TryModifyTime(out long value) =>
        TryNumber(TarHeaderDisk.ModifyTime, TarHeaderDisk.LongNumberLength, out value);

    internal bool TryDevice(out long major, out long minor)
    {
        minor = 0;
        return TryNumber(TarHeaderDisk.DeviceMajor, TarHeaderDisk.ShortNumberLength, out major)
            && TryNumber(TarHeaderDisk.DeviceMinor, TarHeaderDisk.ShortNumberLength, out minor);
    }

    /// <summary>The whole size of a sparse file of GNU tar's format.</summary>
    internal bool TryGnuRealSize(out long value) =>
        TryNumber(GnuRealSize, TarHeaderDisk.LongNumberLength, out value);

    /// <summary>Adds the parts of a sparse file that the header lists.</summary>
    /// <param name="map">Takes them.</param>
    /// <param name="isExtended">Whether a block with more parts follows.</param>
    /// <returns>False when a number is none.</returns>
    internal bool TryAddSparse(SparseMap map, out bool isExtended)
    {
        isExtended = _block[GnuIsExtended] != 0;
        return TryAddSparse(map, GnuSparse, GnuSparseCount);
    }

    /// <summary>Adds the parts of a sparse file that a block after the header lists.</summary>
    /// <param name="map">Takes them.</param>
    /// <param name="isExtended">Whether a block with more parts follows.</param>
    /// <returns>False when a number is none.</returns>
    internal bool TryAddExtension(SparseMap map, out bool isExtended)
    {
        isExtended = _block[ExtensionIsExtended] != 0;
        return TryAddSparse(map, 0, ExtensionCount);
    }

    private bool TryAddSparse(SparseMap map, int offset, int count)
    {
        for (int index = 0; index < count; index++)
        {
            int at = offset + (index * SparseEntryBytes);
            if (_block[at] == 0)
            {
                break;
            }

            bool isSound = TryNumber(at, TarHeaderDisk.LongNumberLength, out long position)
                & TryNumber(at + TarHeaderDisk.LongNumberLength, TarHeaderDisk.LongNumberLength, out long length);
            if (!isSound || !map.TryAdd(position, length))
            {
                return false;
            }
        }

        return true;
    }

    private ReadOnlySpan<byte> Text(int offset, int length)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        int end = field.IndexOf((byte)0);
        return end < 0 ? field : field.Slice(0, end);
    }

    // Octal digits between blanks, or a number of two's complement with the highest bit set.
    private bool TryNumber(int offset, int length, out long value)
    {
        ReadOnlySpan<byte> field = _block.Slice(offset, length);
        value = 0;
        if ((field[0] & 0x80) != 0)
        {
            return TryBinary(field, out value);
        }

        int end = field.IndexOf((byte)0);
        ReadOnlySpan<byte> digits = (end < 0 ? field : field.Slice(0, end)).Trim((byte)' ');
        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            value = (value << 3) | (uint)(digit - '0');
        }

        return true;
    }

    private static bool TryBinary(ReadOnlySpan<byte> field, out long value)
    {
        bool isNegative = (field[0] & 0x40) != 0;
        value = isNegative ? -1 : 0;
        for (int index = 0; index < field.Length; index++)
        {
            // The highest bit of all is the mark, and no part of the number.
            int mark = isNegative ? field[0] | 0x80 : field[0] & 0x7F;
            int digit = index == 0 ? mark : field[index];
            if (value > long.MaxValue >> 8 || value < long.MinValue >> 8)
            {
                return false;
            }

            value = (value << 8) | (uint)digit;
        }

        return true;
    }
}
