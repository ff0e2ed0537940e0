// What a volume tells about itself, for people and for scripts.

using System.Collections.Generic;

namespace Faultline.Vfs.Mounts;

/// <summary>A titled group of facts about a volume.</summary>
/// <param name="Name">Title in lower case, such as <c>journal</c>.</param>
/// <param name="Items">Facts in order; a key is unique within its section.</param>
public sealed record ReportSection(string Name, IReadOnlyList<ReportItem> Items);
