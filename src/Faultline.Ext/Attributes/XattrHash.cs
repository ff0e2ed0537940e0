// Hashes of extended attributes. The documents name the fields and not the function, which was
// found on blocks made by the tools: names rotate by five bits a byte, values by sixteen bits a
// word.

using System;
using System.Buffers.Binary;
using System.Numerics;

namespace Faultline.Ext.Attributes;

/// <summary>Hashes of extended attributes.</summary>
internal static class XattrHash
{
    private const int NameTurn = 5;
    private const int ValueTurn = 16;

    /// <summary>Whether an attribute matches its hash. Bytes of names over 127 were hashed signed
    /// by
    /// some and unsigned by others; both count.</summary>
    /// <param name="entry">The attribute; its value is at hand.</param>
    /// <param name="value">What was hashed of the value.</param>
    /// <returns>True when it does, or has none.</returns>
    internal static bool Matches(XattrEntry entry, ReadOnlySpan<byte> value) =>
        (entry.Hash == 0)
        || (entry.Hash == OfValue(OfName(entry.Name, isSigned: false), value))
        || (entry.Hash == OfValue(OfName(entry.Name, isSigned: true), value));

    /// <summary>Hash of an attribute.</summary>
    /// <param name="name">Its name without prefix.</param>
    /// <param name="value">What is hashed of its value.</param>
    /// <returns>The hash.</returns>
    internal static uint Of(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        OfValue(OfName(name, isSigned: false), value);

    /// <summary>Adds an attribute's hash to that of its block.</summary>
    /// <param name="block">Hash of the attributes before.</param>
    /// <param name="entry">Hash of the attribute.</param>
    /// <returns>Hash with it.</returns>
    internal static uint Join(uint block, uint entry) =>
        BitOperations.RotateLeft(block, ValueTurn) ^ entry;

    private static uint OfName(ReadOnlySpan<byte> name, bool isSigned)
    {
        uint hash = 0;
        foreach (byte value in name)
        {
            // OK: because sign extension is the point.
            uint word = isSigned ? unchecked((uint)(sbyte)value) : value;
            hash = BitOperations.RotateLeft(hash, NameTurn) ^ word;
        }

        return hash;
    }

    private static uint OfValue(uint hash, ReadOnlySpan<byte> value)
    {
        Span<byte> word = stackalloc byte[sizeof(uint)];
        while (!value.IsEmpty)
        {
            word.Clear();
            int length = Math.Min(value.Length, word.Length);
            value.Slice(0, length).CopyTo(word);
            hash = BitOperations.RotateLeft(hash, ValueTurn)
                ^ BinaryPrimitives.ReadUInt32LittleEndian(word);
            value = value.Slice(length);
        }

        return hash;
    }
}
