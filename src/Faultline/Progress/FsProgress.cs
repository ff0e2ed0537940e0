// What long operations report.

using Faultline.Paths;

namespace Faultline.Progress;

/// <summary>How far a long operation has come.</summary>
/// <param name="Phase">What it is doing, such as <c>scan</c> or <c>copy</c>.</param>
/// <param name="Items">Files, directories and others done.</param>
/// <param name="Bytes">Bytes done.</param>
/// <param name="ItemsTotal">Items in all, or null when not known.</param>
/// <param name="BytesTotal">Bytes in all, or null when not known.</param>
/// <param name="Path">What it is working on.</param>
public readonly record struct FsProgress(
    string Phase, long Items, long Bytes, long? ItemsTotal, long? BytesTotal, UnixPath Path);
