// Reads all extended attributes of an inode.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Paths;

/// <summary>Reads all extended attributes of an inode.</summary>
internal static class XattrReader
{
    /// <summary>Names and values; damage throws <see cref="FsException"/>.</summary>
    internal static IReadOnlyList<XattrItem> Read(Inode inode)
    {
        XattrCollector collector = new();
        inode.ListXattrs(collector).ThrowIfError();
        if (collector.Names.Count == 0)
        {
            return [];
        }

        List<XattrItem> items = new(collector.Names.Count);
        foreach ((UnixPath name, long length) in collector.Names)
        {
            byte[] value = new byte[length];
            int read = length == 0 ? 0 : inode.GetXattr(name.Span, value).OrThrow();
            items.Add(new XattrItem(name, value.AsMemory(0, read)));
        }

        return items;
    }
}
