// An open file description: what dup(2) shares. Positions live here, because our open files have none.

using Faultline.Vfs.Files;

namespace Faultline.Conformance.Vfs;

internal sealed class VfsFile(OpenFile file, FsPath path)
{
    internal OpenFile File { get; } = file;

    /// <summary>The path it was opened by, for calls that we have by path alone.</summary>
    internal FsPath Path { get; } = path;

    /// <summary>File position; of a directory the cookie.</summary>
    internal long Position { get; set; }

    /// <summary>Descriptors.</summary>
    internal int References { get; set; } = 1;
}
