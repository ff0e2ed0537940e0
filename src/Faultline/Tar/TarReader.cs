// Reads the entries of a tar archive: v7, ustar, pax, GNU (long names, large numbers, all of its sparse formats) and
// star. Nothing in an archive is believed: every number has a range, and every size is checked against what is there.
//
// System.Formats.Tar is not used because names and attribute values are bytes, and its sparse files are not read.

using System;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;

namespace Faultline.Tar;

/// <summary>Reads the entries of a tar archive.</summary>
/// <param name="archive">The archive; stays the caller's.</param>
/// <source>POSIX.1-2017, pax; GNU tar manual, appendix "Tar Internals"; star(5); tar(5) of libarchive</source>
internal sealed class TarReader(ArchiveBytes archive)
{
    private const int BlockBytes = TarHeaderDisk.SizeBytes;
    private const int ExtendedBytesMax = 16 << 20;
    private const int SparseTextMax = 16 << 20;
    private const byte Regular = (byte)'0';
    private const byte HardLink = (byte)'1';
    private const byte Directory = (byte)'5';

    private readonly PaxHeader _global = new();
    private readonly byte[] _block = new byte[BlockBytes];
    private long _position;

    /// <summary>Reads the next entry.</summary>
    /// <returns>The entry, or null at the end.</returns>
    /// <errors>FsException: EUCLEAN no archive, damaged, or it ends early; EOPNOTSUPP an entry of a kind that is not
    /// read, by name; what the host says.</errors>
    internal TarEntry? Next()
    {
        PaxHeader extended = new();
        extended.AddAll(_global);
        while (true)
        {
            // An archive that ends without its two blocks of zeros is whole, if it ends here.
            if (_position == archive.LengthBytes)
            {
                return null;
            }

            ReadBlock();
            TarHeader header = new(_block);
            if (header.IsZero)
            {
                return null;
            }

            if (!header.IsSound)
            {
                throw new FsException(
                    FaultlineReasons.ArchiveHeader.With($"{archive.Name}: byte {_position - BlockBytes}"));
            }

            switch (header.Type)
            {
                case (byte)'x' or (byte)'X':
                    AddRecords(extended, ReadExtended(header));
                    continue;

                case (byte)'g':
                    byte[] records = ReadExtended(header);
                    AddRecords(_global, records);
                    AddRecords(extended, records);
                    continue;

                case (byte)'L':
                    extended.Set("path", UntilZero(ReadExtended(header)));
                    continue;

                case (byte)'K':
                    extended.Set("linkpath", UntilZero(ReadExtended(header)));
                    continue;

                case (byte)'V':
                    Skip(SizeOf(header, extended));
                    extended = new PaxHeader();
                    extended.AddAll(_global);
                    continue;

                default:
                    return ReadEntry(header, extended);
            }
        }
    }

    private FsException Damaged(string what) =>
        new(FaultlineReasons.ArchiveDamaged.With($"{archive.Name}: byte {_position}: {what}"));

    private void ReadBlock()
    {
        if (archive.LengthBytes - _position < BlockBytes)
        {
            throw Damaged("it ends in a header");
        }

        archive.Read(_position, _block);
        _position += BlockBytes;
    }

    private byte[] ReadExtended(in TarHeader header)
    {
        bool isSound = header.TrySize(out long size)
            && size is >= 0 and <= ExtendedBytesMax
            && size <= archive.LengthBytes - _position;
        if (!isSound)
        {
            throw Damaged("an extended header of an impossible size");
        }

        byte[] bytes = new byte[size];
        archive.Read(_position, bytes);
        Skip(size);
        return bytes;
    }

    private void AddRecords(PaxHeader target, byte[] records)
    {
        if (!target.TryAdd(records))
        {
            throw Damaged("an extended header that is malformed");
        }
    }

    private static byte[] UntilZero(byte[] bytes)
    {
        int end = Array.IndexOf(bytes, (byte)0);
        return end < 0 ? bytes : bytes[..end];
    }

    private long SizeOf(in TarHeader header, PaxHeader extended)
    {
        bool isSound = header.TrySize(out long size) & extended.TryNumber("size", ref size);
        return isSound && size >= 0 ? size : throw Damaged("a size that is no number");
    }

    // Past data that are there, and the zeros that fill their last block up, which the last entry may lack.
    private void Skip(long bytes)
    {
        if (bytes > archive.LengthBytes - _position)
        {
            throw Damaged($"{bytes} bytes of an entry, {archive.LengthBytes - _position} there");
        }

        long padded = bytes <= long.MaxValue - BlockBytes ? Bits.AlignUp(bytes, BlockBytes) : bytes;
        _position += Math.Min(padded, archive.LengthBytes - _position);
    }

    private TarEntry ReadEntry(in TarHeader header, PaxHeader extended)
    {
        byte[] name = extended.Find("GNU.sparse.name") ?? extended.Find("path") ?? header.FullName();
        byte type = TypeOf(header.Type, name);
        bool isDump = header.Type == (byte)'D'; // a directory with a list of names
        long stored = SizeOf(header, extended);
        long size = stored;
        bool isNumbered = header.TryMode(out long mode) & header.TryUid(out long uid) & header.TryGid(out long gid)
            & header.TryModifyTime(out long seconds)
            & extended.TryNumber("uid", ref uid) & extended.TryNumber("gid", ref gid);
        UnixTime modify = new(seconds, 0);
        UnixTime access = default;
        UnixTime change = default;
        isNumbered = isNumbered & extended.TryTime("mtime", ref modify) & extended.TryTime("atime", ref access)
            & extended.TryTime("ctime", ref change);
        long major = 0;
        long minor = 0;
        bool isDevice = type is (byte)'3' or (byte)'4';
        isNumbered = isNumbered && (!isDevice || (header.TryDevice(out major, out minor)
            & extended.TryNumber("SCHILY.devmajor", ref major) & extended.TryNumber("SCHILY.devminor", ref minor)));
        bool isInRange = uid is >= 0 and <= uint.MaxValue && gid is >= 0 and <= uint.MaxValue
            && major is >= 0 and <= uint.MaxValue && minor is >= 0 and <= uint.MaxValue;
        if (!isNumbered || !isInRange)
        {
            throw Damaged($"{Show(name)}: an owner, time or device number that is none");
        }

        byte[] link = extended.Find("linkpath") ?? header.Link.ToArray();
        bool isRegular = type == Regular;
        string owner = Text(extended.Find("uname") ?? header.Owner);
        string group = Text(extended.Find("gname") ?? header.OwningGroup);
        SparseMap? sparse = isRegular ? ReadSparse(header, extended, name, ref stored, ref size) : null;
        bool hasData = isRegular || (type == HardLink && stored > 0 && HasLinkData(stored))
            || (isDump && stored > 0);
        long offset = _position;
        if (hasData)
        {
            Skip(stored);
        }

        return new TarEntry
        {
            Type = type,
            Name = new UnixPath(name),
            LinkName = new UnixPath(link),
            Mode = (uint)mode & ModeBits.PermissionMask,
            Uid = (uint)uid,
            Gid = (uint)gid,
            Owner = owner,
            OwningGroup = group,
            ModifyTime = modify,
            AccessTime = extended.Find("atime") is null ? null : access,
            ChangeTime = extended.Find("ctime") is null ? null : change,
            DeviceMajor = (uint)major,
            DeviceMinor = (uint)minor,
            SizeBytes = type == HardLink && !hasData ? 0 : size,
            DataOffset = offset,
            Sparse = sparse,
            Extended = extended,
        };
    }

    private byte TypeOf(byte type, byte[] name)
    {
        bool isSlashed = name.Length > 0 && name[^1] == (byte)'/';
        return type switch
        {
            Regular or 0 or (byte)'7' => isSlashed ? Directory : Regular,
            (byte)'S' => Regular,
            HardLink or (byte)'2' or (byte)'3' or (byte)'4' or Directory or (byte)'6' => type,
            (byte)'D' => Directory,
            _ => throw new FsException(FaultlineReasons.ArchiveType.With(
                $"{archive.Name}: {Show(name)}: type '{(char)type}' (0x{type:x2})")),
        };
    }

    // Some writers give a link the contents again, others only its size: a header, or the end, right behind it tells.
    private bool HasLinkData(long stored)
    {
        if (archive.LengthBytes - _position < BlockBytes)
        {
            return false;
        }

        byte[] next = new byte[BlockBytes];
        archive.Read(_position, next);
        TarHeader header = new(next);
        return !header.IsZero && !header.IsSound && stored <= archive.LengthBytes - _position;
    }

    private SparseMap? ReadSparse(
        in TarHeader header, PaxHeader extended, byte[] name, ref long stored, ref long size)
    {
        SparseMap? map = null;
        bool isSound = true;
        if (header.Type == (byte)'S')
        {
            isSound = header.TryGnuRealSize(out size);
            map = ReadOldSparse(header, ref isSound);
        }
        else if (extended.Find("GNU.sparse.major") is byte[] version)
        {
            isSound = version.AsSpan().SequenceEqual("1"u8) && extended.TryNumber("GNU.sparse.realsize", ref size);
            map = ReadSparseText(ref stored, ref isSound);
        }
        else if (extended.Sparse is not null || extended.Find("GNU.sparse.size") is not null)
        {
            isSound = !extended.IsSparseDamaged && extended.TryNumber("GNU.sparse.size", ref size);
            map = extended.Sparse ?? new SparseMap();
        }

        if (map is not null && !(isSound && size >= 0 && map.Fits(size, stored)))
        {
            throw Damaged($"{Show(name)}: a map of a sparse file that does not fit the file");
        }

        return map;
    }

    private SparseMap ReadOldSparse(in TarHeader header, ref bool isSound)
    {
        SparseMap map = new();
        isSound = header.TryAddSparse(map, out bool isExtended) && isSound;
        while (isExtended && isSound)
        {
            ReadBlock();
            isSound = new TarHeader(_block).TryAddExtension(map, out isExtended);
        }

        return map;
    }

    // Decimal numbers, a line each, before the data: how many parts, then position and length of each; filled up.
    private SparseMap ReadSparseText(ref long stored, ref bool isSound)
    {
        SparseMap map = new();
        long used = 0;
        int at = BlockBytes;
        long count = NextNumber(ref at, ref used, stored);
        isSound = isSound && count >= 0;
        for (long index = 0; index < count && isSound; index++)
        {
            long position = NextNumber(ref at, ref used, stored);
            long length = NextNumber(ref at, ref used, stored);
            isSound = position >= 0 && length >= 0 && map.TryAdd(position, length);
        }

        stored -= used;
        return map;
    }

    // -1 when there is none.
    private long NextNumber(ref int at, ref long used, long stored)
    {
        long value = 0;
        for (int digits = 0; digits < 20; digits++)
        {
            if (at == BlockBytes)
            {
                if (stored - used < BlockBytes || used >= SparseTextMax)
                {
                    return -1;
                }

                ReadBlock();
                used += BlockBytes;
                at = 0;
            }

            byte one = _block[at];
            at++;
            if (one == (byte)'\n')
            {
                return digits == 0 ? -1 : value;
            }

            if (one is < (byte)'0' or > (byte)'9' || value > (long.MaxValue - 9) / 10)
            {
                return -1;
            }

            value = (value * 10) + (one - '0');
        }

        return -1;
    }

    private static string Show(byte[] name) => new UnixPath(name).ToString();

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
