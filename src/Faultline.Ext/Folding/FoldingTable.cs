// The folding table in memory, unpacked on first use. Immutable afterwards; the lazy initialisation
// publishes it whole.

using System;
using System.Collections.Generic;
using System.IO;
using System.IO.Compression;
using Faultline.Base;

namespace Faultline.Ext.Folding;

/// <summary>How characters fold and how marks are ordered.</summary>
internal sealed class FoldingTable
{
    private readonly Dictionary<int, int[]> _mappings = [];
    private readonly Dictionary<int, byte> _classes = [];

    private FoldingTable(ReadOnlySpan<byte> bytes)
    {
        int count = Read(ref bytes);
        int code = 0;
        for (int index = 0; index < count; index++)
        {
            code += Read(ref bytes);
            int[] targets = new int[Read(ref bytes)];
            for (int target = 0; target < targets.Length; target++)
            {
                targets[target] = Read(ref bytes);
            }

            _mappings.Add(code, targets);
        }

        count = Read(ref bytes);
        code = 0;
        for (int index = 0; index < count; index++)
        {
            code += Read(ref bytes);
            int length = Read(ref bytes);
            byte value = (byte)Read(ref bytes);
            for (int step = 0; step < length; step++)
            {
                _classes.Add(code + step, value);
            }
        }

        Check.That(bytes.IsEmpty);
    }

    /// <summary>The table.</summary>
    internal static FoldingTable Instance { get; } = Load();

    /// <summary>What a character folds to.</summary>
    /// <param name="code">The character.</param>
    /// <returns>Its characters, or null when it stays as it is.</returns>
    internal int[]? Mapping(int code) => _mappings.GetValueOrDefault(code);

    /// <summary>Canonical combining class of a character.</summary>
    /// <param name="code">The character.</param>
    /// <returns>0 for most.</returns>
    internal byte CombiningClass(int code) => _classes.GetValueOrDefault(code);

    private static FoldingTable Load()
    {
        using MemoryStream packed = new(Convert.FromBase64String(FoldingData.Text));
        using DeflateStream unpacking = new(packed, CompressionMode.Decompress);
        using MemoryStream bytes = new();
        unpacking.CopyTo(bytes);
        return new FoldingTable(bytes.ToArray());
    }

    private static int Read(ref ReadOnlySpan<byte> bytes)
    {
        int value = 0;
        int shift = 0;
        while (true)
        {
            byte piece = bytes[0];
            bytes = bytes.Slice(1);
            value |= (piece & 0x7F) << shift;
            if ((piece & 0x80) == 0)
            {
                return value;
            }

            shift += 7;
        }
    }
}
