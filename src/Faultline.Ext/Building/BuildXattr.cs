// An extended attribute of something that is going to be in a new volume.

using System;

namespace Faultline.Ext.Building;

/// <summary>An extended attribute.</summary>
/// <param name="Name">Whole name, such as <c>user.comment</c>.</param>
/// <param name="Value">The value as programs see it.</param>
public readonly record struct BuildXattr(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Value);
