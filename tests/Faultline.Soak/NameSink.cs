// The names of a directory with their types.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Soak;

internal sealed class NameSink : IDirectorySink
{
    internal List<(string Name, FileType Type)> Entries { get; } = [];

    public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
    {
        Entries.Add((Encoding.UTF8.GetString(name), type));
        return true;
    }
}
