// The one place that asks for the byte order of the host.

namespace Faultline.Base;

/// <summary>Byte order of the machine we run on.</summary>
internal static class HostOrder
{
#pragma warning disable RS0030 // The JIT constant behind every Le*/Be* field.
    /// <summary>Whether the host is little-endian; a constant to the JIT.</summary>
    internal static bool IsLittle => System.BitConverter.IsLittleEndian;
#pragma warning restore RS0030
}
