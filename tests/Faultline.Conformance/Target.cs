// A file system that the suite runs on.

using System;

namespace Faultline.Conformance;

/// <summary>One implementation of the calls.</summary>
public abstract class Target(string id) : IDisposable
{
    /// <summary>Its name in tests and tables.</summary>
    internal string Id { get; } = id;

    /// <summary>Runs a test as root with umask 0, in an empty root directory of mode 777.</summary>
    internal abstract void Run(Action<IFileSystemCalls> body);

    /// <summary>The same on a file system of its own of a given size.</summary>
    internal abstract void RunAlone(long sizeBytes, Action<IFileSystemCalls> body);

    public abstract void Dispose();
}
