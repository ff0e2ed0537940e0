// What a file should hold: bytes, and what each operation makes of them.

using System;

namespace Faultline.Race.Invalidation;

/// <summary>The truth about a file and its partner.</summary>
internal sealed class RaceFile(byte[] bytes, byte[] partner)
{
    internal const int Page = 4096;
    internal const int Size = 6 * Page;
    internal const int RangeStart = 2 * Page;
    internal const int RangeEnd = 4 * Page;
    internal const byte Secret = 255;

    internal byte[] Bytes { get; private set; } = bytes;

    internal byte[] Partner { get; } = partner;

    internal static RaceFile Fresh(bool partnerIsSame)
    {
        byte[] bytes = new byte[Size];
        for (int index = 0; index < Size; index++)
        {
            bytes[index] = (byte)(1 + (((index * 31) + (index / 512)) % 199));
        }

        byte[] partner = new byte[RangeEnd - RangeStart];
        if (partnerIsSame)
        {
            bytes.AsSpan(RangeStart, partner.Length).CopyTo(partner);
        }
        else
        {
            for (int index = 0; index < partner.Length; index++)
            {
                partner[index] = (byte)(220 + (index / 512 % 30));
            }
        }

        return new RaceFile(bytes, partner);
    }

    internal RaceFile Copy() => new((byte[])Bytes.Clone(), (byte[])Partner.Clone());

    internal void Put(int position, ReadOnlySpan<byte> bytes, bool grows)
    {
        if (grows && position + bytes.Length > Bytes.Length)
        {
            Resize(position + bytes.Length);
        }

        int inside = Math.Clamp(Bytes.Length - position, 0, bytes.Length);
        bytes.Slice(0, inside).CopyTo(Bytes.AsSpan(Math.Min(position, Bytes.Length)));
    }

    internal void Apply(Invalidator operation, int start, int end)
    {
        switch (operation)
        {
            case Invalidator.Punch:
            case Invalidator.Zero:
                Bytes.AsSpan(start, Math.Max(0, Math.Min(end, Bytes.Length) - start)).Clear();
                break;
            case Invalidator.Collapse:
                Bytes.AsSpan(end).CopyTo(Bytes.AsSpan(start));
                Resize(Bytes.Length - (end - start));
                break;
            case Invalidator.Insert:
                int old = Bytes.Length;
                Resize(old + (end - start));
                Bytes.AsSpan(start, old - start).CopyTo(Bytes.AsSpan(end));
                Bytes.AsSpan(start, end - start).Clear();
                break;
            case Invalidator.TruncateDown:
                Resize(start);
                break;
            case Invalidator.TruncateUp:
                Resize(Size + (2 * Page) + 100);
                break;
            case Invalidator.TruncateDownAndUp:
                Resize(start);
                Resize(Size);
                break;
            case Invalidator.Swap:
                byte[] mine = Bytes.AsSpan(start, end - start).ToArray();
                Partner.AsSpan(0, end - start).CopyTo(Bytes.AsSpan(start));
                mine.CopyTo(Partner.AsSpan());
                break;
            case Invalidator.DedupeCompare:
            default:
                break;
        }
    }

    internal bool Matches(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> partner) =>
        Bytes.AsSpan().SequenceEqual(bytes) && Partner.AsSpan().SequenceEqual(partner);

    private void Resize(int size)
    {
        byte[] bytes = Bytes;
        Array.Resize(ref bytes, size);
        Bytes = bytes;
    }
}
