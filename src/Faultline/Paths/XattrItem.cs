// One extended attribute.

using System;

namespace Faultline.Paths;

/// <summary>An extended attribute with its value.</summary>
/// <param name="Name">Whole name with its namespace, such as <c>user.comment</c>; bytes.</param>
/// <param name="Value">The value's bytes.</param>
public sealed record XattrItem(UnixPath Name, ReadOnlyMemory<byte> Value);
