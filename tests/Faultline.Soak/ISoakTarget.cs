// What a soak runs on.

using System.Collections.Generic;
using Faultline.PageCache;
using Faultline.Vfs;

namespace Faultline.Soak;

/// <summary>A volume for a soak: small, so that space and inodes run out.</summary>
public interface ISoakTarget
{
    /// <summary>Kinds of operations that never succeed on it.</summary>
    int ImpossibleKinds { get; }

    /// <summary>Makes and mounts the volume.</summary>
    /// <param name="pool">Memory for its page cache.</param>
    /// <returns>The volume, empty.</returns>
    SuperBlock Mount(FolioPool pool);

    /// <summary>Everything was removed: what is not as it was.</summary>
    /// <param name="volume">The volume, still mounted.</param>
    /// <returns>One line each.</returns>
    IReadOnlyList<string> Judge(SuperBlock volume);
}
