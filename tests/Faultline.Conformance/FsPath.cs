// A path as a test writes it: text, or bytes that are no text.

using System.Text;

namespace Faultline.Conformance;

/// <summary>A path, as bytes.</summary>
/// <param name="Bytes">The bytes, without a terminator.</param>
public readonly record struct FsPath(byte[] Bytes)
{
    public static implicit operator FsPath(string text) => new(Encoding.UTF8.GetBytes(text));

    public static implicit operator FsPath(byte[] bytes) => new(bytes);

    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
