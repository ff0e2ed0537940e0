// The host's directories from the target down to the one that is being filled. A tree may be deeper than a process may
// have descriptors: only the deepest levels and the target itself are open, and what lies between is opened again from
// below, by "..", when the copy comes back to it, and must then be the same directory.

using System.Collections.Generic;
using Faultline.Abi;

namespace Faultline.Extraction;

/// <summary>Directories of the host, one a level.</summary>
internal sealed class HostDirectoryStack
{
    /// <summary>Levels that are open at once, beside the target.</summary>
    private const int OpenMax = 64;

    private readonly List<IHostDirectory> _levels = [];
    private int _firstOpen = 1; // levels from 1 to here are suspended

    /// <summary>The directory that the copy goes to.</summary>
    internal IHostDirectory Root => _levels[0];

    /// <summary>The directory that is being filled.</summary>
    internal IHostDirectory Top => _levels[^1];

    internal void Push(IHostDirectory directory)
    {
        _levels.Add(directory);
        if (_levels.Count - _firstOpen > OpenMax)
        {
            _levels[_firstOpen].Suspend();
            _firstOpen++;
        }
    }

    /// <summary>Opens the directory above the top one again, if it was suspended. To be called while the
    /// top one may still be searched: before its mode is set.</summary>
    /// <exception cref="FileSystemException">EIO it is not what it was.</exception>
    internal void ResumeParent()
    {
        int parent = _levels.Count - 2;
        if (parent < 1 || parent >= _firstOpen)
        {
            return;
        }

        Errno resumed = _levels[parent].Resume(Top);
        if (resumed != Errno.OK)
        {
            throw new FileSystemException(FaultlineReasons.TargetMoved.With(resumed.ToString()));
        }

        _firstOpen = parent;
    }

    internal void Pop()
    {
        Top.Dispose();
        _levels.RemoveAt(_levels.Count - 1);
    }

    internal void Close()
    {
        foreach (IHostDirectory level in _levels)
        {
            level.Dispose();
        }

        _levels.Clear();
    }
}
