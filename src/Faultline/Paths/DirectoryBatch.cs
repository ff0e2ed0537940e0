// Collects a part of a directory, so that no lock is held while the caller looks at it.

using System;
using System.Collections.Generic;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Paths;

/// <summary>Up to 512 names of a directory.</summary>
internal sealed class DirectoryBatch : IDirectorySink
{
    private const int ItemsMax = 512;

    internal List<DirectoryItem> Items { get; } = [];

    internal ulong Cookie { get; private set; }

    internal bool IsAtEnd { get; private set; }

    public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
    {
        if (Items.Count == ItemsMax)
        {
            IsAtEnd = false;
            return false;
        }

        Cookie = nextCookie;
        if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
        {
            Items.Add(new DirectoryItem(new UnixPath(name.ToArray()), inode.Value, type));
        }

        return true;
    }

    internal void Begin()
    {
        Items.Clear();
        IsAtEnd = true;
    }
}
