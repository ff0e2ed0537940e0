// One fact about a volume.

namespace Faultline.Vfs.Mounts;

/// <summary>One fact about a volume.</summary>
/// <param name="Key">Name in snake_case.</param>
/// <param name="Value">A string, an integer, a bool, a time (UnixTime), or a list of strings.</param>
public sealed record ReportItem(string Key, object Value);
