// Where the names of extended attributes go.

using System;

namespace Faultline.Vfs.Inodes;

/// <summary>Receives the names of an inode's extended attributes.</summary>
public interface IXattrSink
{
    /// <summary>Takes one name.</summary>
    /// <param name="name">Whole name with its namespace, such as <c>user.a</c>; valid during the call only.</param>
    /// <param name="valueLength">Length of the value in bytes.</param>
    void Add(ReadOnlySpan<byte> name, long valueLength);
}
