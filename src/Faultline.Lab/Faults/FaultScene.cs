// A mounted volume as an operation of a sweep finds it: with one file open twice.

using System;
using Faultline.Abi;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Permissions;

namespace Faultline.Lab.Faults;

/// <summary>A mounted volume with one file open twice.</summary>
internal sealed class FaultScene : IDisposable
{
    internal FaultScene(SuperBlock volume)
    {
        Volume = volume;
        Mount = new Mount(volume, Credentials.Root) { Umask = 0 };
        One = Mount.Open("/d/f"u8, OpenFlags.O_RDWR).OrThrow();
        Two = Mount.Open("/d/f"u8, OpenFlags.O_RDWR).OrThrow();
    }

    /// <summary>The volume; the caller disposes it.</summary>
    internal SuperBlock Volume { get; }

    /// <summary>The calls.</summary>
    internal Mount Mount { get; }

    /// <summary>The file "/d/f", through which operations on data go.</summary>
    internal OpenFile One { get; }

    /// <summary>The same file, opened by somebody else.</summary>
    internal OpenFile Two { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        One.Dispose();
        Two.Dispose();
    }
}
