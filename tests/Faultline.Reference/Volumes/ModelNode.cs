// An inode of the model.

using System;
using System.Collections.Generic;
using Faultline.Abi;

namespace Faultline.Reference.Volumes;

internal sealed class ModelNode(uint type)
{
    internal uint Type { get; } = type;

    internal uint Mode { get; set; } = 0x1A4;

    internal uint Uid { get; set; }

    internal int Links { get; set; } = 1;

    internal long ModifySeconds { get; set; } = -1;

    internal string Target { get; init; } = "";

    internal StampedContents Contents { get; set; } = new();

    internal Dictionary<string, byte[]> Xattrs { get; } = new(StringComparer.Ordinal);

    internal Dictionary<string, ModelNode>? Names { get; } = type == ModeBits.S_IFDIR
        ? new Dictionary<string, ModelNode>(StringComparer.Ordinal)
        : null;

    internal bool IsDirectory => Type == ModeBits.S_IFDIR;

    internal bool IsFile => Type == ModeBits.S_IFREG;
}
