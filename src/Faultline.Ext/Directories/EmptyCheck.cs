// Looks whether a listing has names.

using System;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Directories;

/// <summary>Stops at the first name that is neither "." nor "..".</summary>
internal sealed class EmptyCheck : IDirectorySink
{
    /// <summary>Whether there was none.</summary>
    internal bool IsEmpty { get; private set; } = true;

    /// <inheritdoc/>
    public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
    {
        bool isDots = name.SequenceEqual("."u8) || name.SequenceEqual(".."u8);
        IsEmpty = IsEmpty && isDots;
        return IsEmpty;
    }
}
