// Values of hash_version.

namespace Faultline.Ext.Directories;

/// <summary>Hashes of names.</summary>
/// <source>Linux Documentation/filesystems/ext4/directory.rst</source>
internal enum HashVersion : byte
{
    /// <summary>The first one, bytes signed.</summary>
    Legacy = 0,

    /// <summary>Half of MD4, bytes signed.</summary>
    HalfMd4 = 1,

    /// <summary>Tiny encryption algorithm, bytes signed.</summary>
    Tea = 2,

    /// <summary>The first one, bytes unsigned.</summary>
    LegacyUnsigned = 3,

    /// <summary>Half of MD4, bytes unsigned.</summary>
    HalfMd4Unsigned = 4,

    /// <summary>Tiny encryption algorithm, bytes unsigned.</summary>
    TeaUnsigned = 5,

    /// <summary>Keyed with the directory's encryption key: cannot be computed without it.</summary>
    SipHash = 6,
}
