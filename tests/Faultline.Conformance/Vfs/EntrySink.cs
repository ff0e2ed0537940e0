// Collects entries as getdents64(2) fills a buffer.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Conformance.Vfs;

internal sealed class EntrySink(int bufferBytes) : IDirectorySink
{
    private const int HeaderBytes = 19;
    private int _used;

    internal List<DirEntry> Entries { get; } = [];

    internal bool WasFull { get; private set; }

    public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
    {
        int bytes = (int)Bits.AlignUp(HeaderBytes + name.Length + 1, 8);
        WasFull = _used + bytes > bufferBytes;
        if (WasFull)
        {
            return false;
        }

        _used += bytes;
        Entries.Add(new DirEntry(Encoding.UTF8.GetString(name), inode.Value, (long)nextCookie, DirentType(type)));
        return true;
    }

    // DT_ values of readdir(3): the type bits of the mode.
    private static byte DirentType(FileType type) => type switch
    {
        FileType.Regular => 8,
        FileType.Directory => 4,
        FileType.SymbolicLink => 10,
        FileType.CharacterDevice => 2,
        FileType.BlockDevice => 6,
        FileType.Fifo => 1,
        FileType.Socket => 12,
        _ => 0,
    };
}
