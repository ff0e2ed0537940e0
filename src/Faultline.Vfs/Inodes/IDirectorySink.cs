// Where a directory's entries go.

using System;
using Faultline.Abi;
using Faultline.Base;

namespace Faultline.Vfs.Inodes;

/// <summary>Receives the entries of a directory, in the driver's order.</summary>
public interface IDirectorySink
{
    /// <summary>Takes one entry.</summary>
    /// <param name="name">The name's bytes; valid during the call only.</param>
    /// <param name="inode">The inode it names.</param>
    /// <param name="type">Its type, or Unknown where the directory does not record it.</param>
    /// <param name="nextCookie">Where to go on after this entry.</param>
    /// <returns>False to stop before this entry is taken: it comes again from the previous cookie.</returns>
    bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie);
}
