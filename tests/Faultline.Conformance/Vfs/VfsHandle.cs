// A descriptor of an open file description.

namespace Faultline.Conformance.Vfs;

internal sealed class VfsHandle(VfsFile file) : Handle
{
    internal VfsFile File { get; } = file;
}
