// A descriptor of this process.

namespace Faultline.Conformance.Kernel;

internal sealed class KernelHandle(int descriptor) : Handle
{
    internal int Descriptor { get; } = descriptor;
}
