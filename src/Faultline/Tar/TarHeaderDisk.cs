// The 512-byte header of a tar entry, ustar flavour.

namespace Faultline.Tar;

/// <summary>Offsets of the fields of a ustar header. All numbers are octal text.</summary>
/// <source>POSIX.1-2017, pax: ustar Interchange Format</source>
internal static class TarHeaderDisk
{
    internal const int SizeBytes = 512;
    internal const int Name = 0x0;
    internal const int NameLength = 100;
    internal const int Mode = 0x64;
    internal const int Uid = 0x6C;
    internal const int Gid = 0x74;
    internal const int ShortNumberLength = 8;
    internal const int Size = 0x7C;
    internal const int ModifyTime = 0x88;
    internal const int LongNumberLength = 12;
    internal const int Checksum = 0x94;
    internal const int ChecksumLength = 8;
    internal const int TypeFlag = 0x9C;
    internal const int LinkName = 0x9D;
    internal const int Magic = 0x101;
    internal const int DeviceMajor = 0x149;
    internal const int DeviceMinor = 0x151;
    internal const long ShortNumberMax = 0x1FFFFF; // seven octal digits
    internal const long LongNumberMax = 0x1_FFFF_FFFF; // eleven octal digits
}
