// Damage: an I/O error, a bad checksum, an impossible structure.

using System.IO;

namespace Faultline.Base;

/// <summary>Damage met while doing something: thrown where the operation cannot go on, caught at
/// the call boundary.</summary>
/// <param name="error">What is wrong and where.</param>
/// <param name="inner">The host's exception, or null.</param>
public sealed class FsException(FsError error, System.Exception? inner = null)
    : IOException(error.ToString(), inner)
{
    /// <summary>What is wrong and where.</summary>
    public FsError Error { get; } = error;
}
