// The one exception of the public face.

using System.IO;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Paths;

namespace Faultline;

/// <summary>An operation on a volume failed: what, where, and as which error number.</summary>
/// <param name="error">What went wrong.</param>
/// <param name="path">The path concerned, or an empty one.</param>
/// <param name="inner">What was thrown below, or null.</param>
public sealed class FileSystemException(FsError error, UnixPath path = default, System.Exception? inner = null)
    : IOException(Describe(error, path), inner)
{
    /// <summary>What went wrong and where.</summary>
    public FsError Error { get; } = error;

    /// <summary>The error number.</summary>
    public Errno Errno => Error.Errno;

    /// <summary>The stable name of the cause, such as <c>Ext.FeatureUnknown</c>.</summary>
    public string Reason => Error.Reason.Name;

    /// <summary>The path concerned; may be empty.</summary>
    public UnixPath Path { get; } = path;

    private static string Describe(FsError error, UnixPath path) =>
        path.IsEmpty ? error.ToString() : $"{path}: {error}";
}
