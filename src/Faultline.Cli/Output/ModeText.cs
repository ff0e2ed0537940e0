// Type and permission bits as ls(1) shows them.

using System;
using Faultline.Abi;

namespace Faultline.Cli.Output;

/// <summary>Ten letters such as drwxr-xr-x.</summary>
internal static class ModeText
{
    internal const int Length = 10;

    internal static void Write(uint mode, Span<byte> destination)
    {
        "?rwxrwxrwx"u8.CopyTo(destination);
        destination[0] = Letter(mode & ModeBits.S_IFMT);
        for (int bit = 0; bit < 9; bit++)
        {
            if ((mode & (0x100u >> bit)) == 0)
            {
                destination[bit + 1] = (byte)'-';
            }
        }

        Special(destination, 3, (mode & ModeBits.S_ISUID) != 0, (byte)'s', (byte)'S');
        Special(destination, 6, (mode & ModeBits.S_ISGID) != 0, (byte)'s', (byte)'S');
        Special(destination, 9, (mode & ModeBits.S_ISVTX) != 0, (byte)'t', (byte)'T');
    }

    internal static string Of(uint mode)
    {
        Span<byte> letters = stackalloc byte[Length];
        Write(mode, letters);
        return System.Text.Encoding.ASCII.GetString(letters);
    }

    private static void Special(Span<byte> letters, int place, bool isSet, byte withExecute, byte without)
    {
        if (isSet)
        {
            letters[place] = letters[place] == (byte)'x' ? withExecute : without;
        }
    }

    private static byte Letter(uint type) => type switch
    {
        ModeBits.S_IFREG => (byte)'-',
        ModeBits.S_IFDIR => (byte)'d',
        ModeBits.S_IFLNK => (byte)'l',
        ModeBits.S_IFCHR => (byte)'c',
        ModeBits.S_IFBLK => (byte)'b',
        ModeBits.S_IFIFO => (byte)'p',
        ModeBits.S_IFSOCK => (byte)'s',
        _ => (byte)'?',
    };
}
