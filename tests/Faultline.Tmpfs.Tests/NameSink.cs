// Collects the names of a directory, some at a time.

using System;
using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Tmpfs.Tests;

internal sealed class NameSink(int limit = int.MaxValue) : IDirectorySink
{
    private int _left = limit;

    internal List<string> Names { get; } = [];

    internal ulong Cookie { get; private set; }

    public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
    {
        if (_left == 0)
        {
            return false;
        }

        _left--;
        Names.Add(Encoding.UTF8.GetString(name));
        Cookie = nextCookie;
        return true;
    }

    internal void More(int limit) => _left = limit;
}
