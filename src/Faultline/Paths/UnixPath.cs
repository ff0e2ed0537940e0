// Names and paths as Linux knows them: bytes. With a string face that loses nothing: a byte that is not part of valid
// UTF-8 becomes the lone surrogate U+DC80 + (byte - 0x80), and back (the convention that Python calls surrogateescape).

using System;
using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Faultline.Paths;

/// <summary>A name or path inside a volume: bytes, with "/" between components, compared byte by byte.</summary>
public readonly struct UnixPath : IEquatable<UnixPath>
{
    private const char EscapeFirst = '\uDC80';
    private const char EscapeLast = '\uDCFF';
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A path of bytes.</summary>
    /// <param name="bytes">The bytes; not copied, not to be changed any more.</param>
    public UnixPath(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>A path of text.</summary>
    /// <param name="text">Text; lone surrogates U+DC80..U+DCFF stand for single bytes.</param>
    /// <exception cref="ArgumentNullException">No text.</exception>
    public UnixPath(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _bytes = Encode(text);
    }

    /// <summary>The root directory.</summary>
    public static UnixPath Root { get; } = new("/");

    /// <summary>The bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Span => _bytes.Span;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>Whether the bytes are valid UTF-8.</summary>
    public bool IsUtf8 => System.Text.Unicode.Utf8.IsValid(_bytes.Span);

    /// <summary>The last component, without slashes around it.</summary>
    public UnixPath Name
    {
        get
        {
            ReadOnlyMemory<byte> trimmed = _bytes.TrimEnd((byte)'/');
            return new UnixPath(trimmed.Slice(trimmed.Span.LastIndexOf((byte)'/') + 1));
        }
    }

    /// <summary>A path of text.</summary>
    /// <param name="text">Text.</param>
    public static implicit operator UnixPath(string text) => new(text);

    /// <summary>Whether two paths are equal.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when all bytes are.</returns>
    public static bool operator ==(UnixPath left, UnixPath right) => left.Equals(right);

    /// <summary>Whether two paths differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>True when some byte does.</returns>
    public static bool operator !=(UnixPath left, UnixPath right) => !left.Equals(right);

    /// <summary>This path with a name after it.</summary>
    /// <param name="name">Name bytes.</param>
    /// <returns>The longer path, with one slash between.</returns>
    public UnixPath Append(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> head = _bytes.Span.TrimEnd((byte)'/');
        byte[] joined = new byte[head.Length + 1 + name.Length];
        head.CopyTo(joined);
        joined[head.Length] = (byte)'/';
        name.CopyTo(joined.AsSpan(head.Length + 1));
        return new UnixPath(joined);
    }

    /// <inheritdoc/>
    public bool Equals(UnixPath other) => _bytes.Span.SequenceEqual(other._bytes.Span);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is UnixPath other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The path as text; <see cref="UnixPath(string)"/> of it gives the same bytes.</summary>
    /// <returns>Text, with lone surrogates for bytes that are not UTF-8.</returns>
    public override string ToString() => Decode(_bytes.Span);

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        StringBuilder text = new(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done)
            {
                _ = text.Append(rune.ToString());
                bytes = bytes.Slice(length);
            }
            else
            {
                _ = text.Append((char)(EscapeFirst + (bytes[0] - 0x80)));
                bytes = bytes.Slice(1);
            }
        }

        return text.ToString();
    }

    private static byte[] Encode(string text)
    {
        ArrayBufferWriter<byte> bytes = new(text.Length + 16);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            if (rest[0] is >= EscapeFirst and <= EscapeLast)
            {
                bytes.GetSpan(1)[0] = (byte)(rest[0] - EscapeFirst + 0x80);
                bytes.Advance(1);
                rest = rest.Slice(1);
                continue;
            }

            // A surrogate that stands for nothing becomes U+FFFD: such text names no file.
            _ = Rune.DecodeFromUtf16(rest, out Rune rune, out int length);
            bytes.Advance(rune.EncodeToUtf8(bytes.GetSpan(4)));
            rest = rest.Slice(length);
        }

        return bytes.WrittenSpan.ToArray();
    }
}
