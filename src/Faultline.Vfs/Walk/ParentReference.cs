// A path resolved up to its last name.

using System;
using Faultline.Vfs.Inodes;

namespace Faultline.Vfs.Walk;

/// <summary>A directory and a name in it that may or may not exist. Holds a reference on the directory until
/// disposed.</summary>
internal ref struct ParentReference : IDisposable
{
    private Inode? _directory;

    internal ParentReference(Inode directory, ReadOnlySpan<byte> name, LastName last, bool endsInSlash)
    {
        _directory = directory;
        Name = name;
        Last = last;
        EndsInSlash = endsInSlash;
    }

    /// <summary>The directory; searching it is allowed.</summary>
    internal readonly Inode Directory => _directory!;

    /// <summary>The last name's bytes; empty for slashes alone.</summary>
    internal ReadOnlySpan<byte> Name { get; }

    /// <summary>What it is.</summary>
    internal LastName Last { get; }

    /// <summary>Whether a slash follows the name: it must mean a directory.</summary>
    internal bool EndsInSlash { get; }

    /// <summary>Gives the directory's reference back.</summary>
    public void Dispose()
    {
        Inode? directory = _directory;
        _directory = null;
        directory?.PutAndInactivate();
    }
}
