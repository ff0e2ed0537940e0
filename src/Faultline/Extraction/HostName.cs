// Which names may be handed to the host.

using System;

namespace Faultline.Extraction;

/// <summary>Names of single components.</summary>
internal static class HostName
{
    /// <summary>Whether a name is one component that stays in its directory.</summary>
    /// <param name="name">Name bytes.</param>
    /// <returns>False for nothing, ".", "..", and what holds a slash or a zero byte.</returns>
    internal static bool IsComponent(ReadOnlySpan<byte> name) =>
        !name.IsEmpty
        && !name.SequenceEqual("."u8)
        && !name.SequenceEqual(".."u8)
        && name.IndexOfAny((byte)'/', (byte)0) < 0;
}
