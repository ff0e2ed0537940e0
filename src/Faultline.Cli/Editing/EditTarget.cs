// One file inside an image that a command changes.

using Faultline.Paths;

namespace Faultline.Cli.Editing;

/// <summary>A path inside an image opened for writing.</summary>
/// <param name="Volume">The volume.</param>
/// <param name="Path">The path.</param>
/// <param name="Text">How messages call it.</param>
internal sealed record EditTarget(FileSystem Volume, UnixPath Path, string Text);
