// What a side knows of one path. What a side cannot know is null, and not compared.

using System.Collections.Generic;
using Faultline.Base;

namespace Faultline.Cli.Diffing;

/// <summary>What a side knows of one path.</summary>
/// <param name="Type">Name of the type.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Owner">uid:gid, or null.</param>
/// <param name="SizeBytes">Size of a regular file.</param>
/// <param name="ModifyTime">Modification time.</param>
/// <param name="Target">Target of a symbolic link, or null.</param>
/// <param name="Xattrs">Extended attributes as text, sorted, or null.</param>
internal sealed record DiffItem(
    string Type,
    uint? Mode,
    string? Owner,
    long SizeBytes,
    UnixTime ModifyTime,
    string? Target,
    IReadOnlyList<string>? Xattrs);
