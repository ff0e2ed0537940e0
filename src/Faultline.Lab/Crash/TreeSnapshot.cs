// All names after one operation.

using System.Collections.Generic;

namespace Faultline.Lab.Crash;

/// <summary>All names after one operation.</summary>
/// <param name="Start">Window in which the operation began.</param>
/// <param name="What">The operation.</param>
/// <param name="Lines">A line a name, in order of paths.</param>
/// <param name="Text">All lines.</param>
/// <param name="Files">The regular files by path.</param>
internal sealed record TreeSnapshot(
    int Start, string What, IReadOnlyList<string> Lines, string Text, IReadOnlyDictionary<string, FileHistory> Files);
