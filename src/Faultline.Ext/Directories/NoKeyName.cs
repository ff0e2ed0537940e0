// Names of encrypted directories as the kernel shows them without the key: base64url, without
// padding, of the two words of the name's hash and the ciphertext. Of a ciphertext that would make
// the name too long, the first 149 bytes and the SHA-256 of the rest are shown. The document names
// the form; the sizes were found by comparing with the kernel.
//
//     0        4        8                              157                189
//     +--------+--------+------------------------------+------------------+
//     | hash   | minor  | ciphertext, up to 149 bytes  | SHA-256 of rest  |
//     +--------+--------+------------------------------+------------------+

using System;
using System.Buffers.Text;
using System.Security.Cryptography;
using Faultline.Base;

namespace Faultline.Ext.Directories;

/// <summary>Shows names of encrypted directories.</summary>
/// <source>docs/format/ext.md#encrypted-names; Linux Documentation/filesystems/fscrypt.rst</source>
internal static class NoKeyName
{
    /// <summary>Bytes of the longest name shown.</summary>
    internal const int LengthMax = 252;

    private const int HashBytes = 8;
    private const int PlainBytesMax = 149;
    private const int DigestBytes = 32;

    /// <summary>Shows a name.</summary>
    /// <param name="ciphertext">Name of the entry, 1 to 255 bytes.</param>
    /// <param name="hash">Its hash.</param>
    /// <param name="minor">Second word.</param>
    /// <param name="shown">At least <see cref="LengthMax"/> bytes.</param>
    /// <returns>Bytes shown.</returns>
    internal static int Show(
        ReadOnlySpan<byte> ciphertext, uint hash, uint minor, Span<byte> shown)
    {
        Span<byte> raw = stackalloc byte[HashBytes + PlainBytesMax + DigestBytes];
        Disk.Overlay<LeUInt32>(raw) = hash;
        Disk.Overlay<LeUInt32>(raw, sizeof(uint)) = minor;
        int plain = Math.Min(ciphertext.Length, PlainBytesMax);
        ciphertext.Slice(0, plain).CopyTo(raw.Slice(HashBytes));
        int length = HashBytes + plain;
        if (ciphertext.Length > PlainBytesMax)
        {
            length += SHA256.HashData(ciphertext.Slice(plain), raw.Slice(length));
        }

        return Base64Url.EncodeToUtf8(raw.Slice(0, length), shown);
    }
}
