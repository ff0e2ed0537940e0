// Damages structures of one kind: flips, boundary values in fields, swaps, splices, repeats, and now and then the end
// of the device cut off; half of the time the checksums are repaired. Everything follows from a seed. The bytes are put
// back afterwards, so that a mutant costs what it changed.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Vfs.Mounts;

namespace Faultline.Fuzz;

/// <summary>Makes mutants of one image in a private copy of its bytes.</summary>
/// <param name="image">The image.</param>
internal sealed class Mutator(BaseImage image)
{
    private const int ChangesMax = 3;
    private const int TruncatedOneIn = 25;

    private readonly byte[] _bytes = [.. image.Bytes];
    private readonly List<(int Offset, int Length)> _touched = [];

    /// <summary>What the mutants are made of.</summary>
    internal BaseImage Image => image;

    /// <summary>The mutant.</summary>
    internal byte[] Bytes => _bytes;

    /// <summary>Size of the mutant's device.</summary>
    internal long SizeBytes { get; private set; }

    /// <summary>How the mutant is mounted: now and then without its journal, or by a backup superblock.</summary>
    internal MountOptions Mount { get; private set; } = new();

    /// <summary>Whether damage of this kind must leave every name in the tree and every inode.</summary>
    internal bool KeepsTree { get; private set; }

    /// <summary>The structure that was damaged last.</summary>
    internal Structure Target { get; private set; } = image.Structures[0];

    /// <summary>Whether checksums were repaired.</summary>
    internal bool IsRepaired { get; private set; }

    /// <summary>Makes a mutant.</summary>
    /// <param name="kind">Kind to damage; the image has some.</param>
    /// <param name="seed">Decides everything.</param>
    internal void Mutate(StructureKind kind, ulong seed)
    {
        Restore();
        Prng random = new(seed);
        IReadOnlyList<Structure> structures = image.Of(kind);
        IsRepaired = random.OneIn(2);
        SizeBytes = random.OneIn(TruncatedOneIn)
            ? image.BlockSize * random.Below(_bytes.Length / image.BlockSize)
            : _bytes.Length;
        Mount = random.Below(20) switch
        {
            0 => new MountOptions { NoRecovery = true },
            1 => new MountOptions { SuperBlockLocation = random.OneIn(2) ? 257UL : 2049UL },
            _ => new MountOptions(),
        };
        bool isBeside = kind is StructureKind.XattrBlock or StructureKind.AttributeInode
            or StructureKind.OrphanFile or StructureKind.Mmp;
        KeepsTree = isBeside && (SizeBytes == _bytes.Length) && (Mount.SuperBlockLocation is null);
        long changes = 1 + random.Below(ChangesMax);
        List<Structure> damaged = [];
        for (long change = 0; change < changes; change++)
        {
            Target = structures[(int)random.Below(structures.Count)];
            Change(Target, structures, damaged, random);
            damaged.Add(Target);
        }

        foreach (Structure structure in damaged)
        {
            if (IsRepaired)
            {
                RepairChecksum(structure.Checksum);
            }
        }
    }

    /// <summary>Puts the intact bytes back.</summary>
    internal void Restore()
    {
        foreach ((int offset, int length) in _touched)
        {
            image.Bytes.AsSpan(offset, length).CopyTo(_bytes.AsSpan(offset));
        }

        _touched.Clear();
        SizeBytes = _bytes.Length;
    }

    private void RepairChecksum(Checksum checksum)
    {
        _touched.Add((checksum.Offset, checksum.Length));
        foreach (int block in checksum.Blocks ?? [])
        {
            _touched.Add((block, checksum.Length));
        }

        checksum.Repair(_bytes);
    }

    private Span<byte> Touch(Structure structure)
    {
        _touched.Add((structure.Offset, structure.Length));
        return _bytes.AsSpan(structure.Offset, structure.Length);
    }

    private void Change(
        Structure target, IReadOnlyList<Structure> structures, List<Structure> damaged, Prng random)
    {
        Span<byte> bytes = Touch(target);
        int offset = Place(bytes, random);
        switch (random.Below(12))
        {
            case 0:
            case 1:
                bytes[offset] ^= (byte)(1 << (int)random.Below(8));
                break;
            case 2:
                bytes[offset] = (byte)(random.Below(4) switch { 0 => 0, 1 => 0xFF, 2 => 0x80, _ => random.Below(256) });
                break;
            case 3:
            case 4:
            case 5:
            case 6:
                PutNumber(bytes, offset, target, random);
                break;
            case 7:
                int other = Place(bytes, random);
                int width = (int)long.Min(bytes.Length - int.Max(offset, other), 1L << (int)random.Below(4));
                byte[] kept = bytes.Slice(offset, width).ToArray();
                bytes.Slice(other, width).CopyTo(bytes.Slice(offset));
                kept.CopyTo(bytes.Slice(other));
                break;
            case 8:
                Swap(target, structures[(int)random.Below(structures.Count)], damaged);
                break;
            case 9:
                Structure source = image.Structures[(int)random.Below(image.Structures.Count)];
                int length = (int)(1 + random.Below(int.Min(source.Length, bytes.Length)));
                int from = (int)random.Below(source.Length - length + 1);
                int to = (int)random.Below(bytes.Length - length + 1);
                image.Bytes.AsSpan(source.Offset + from, length).CopyTo(bytes.Slice(to));
                break;
            case 10:
                int run = (int)(1 + random.Below(bytes.Length - offset));
                bytes.Slice(offset, int.Min(run, 64)).Fill((byte)(random.OneIn(2) ? 0 : 0xFF));
                break;
            default:
                // A record repeated: the same again, one record's width further on.
                int size = 4 << (int)random.Below(4);
                if (offset + (2 * size) <= bytes.Length)
                {
                    bytes.Slice(offset, size).CopyTo(bytes.Slice(offset + size));
                }

                break;
        }
    }

    // The first bytes of a structure decide most.
    private static int Place(Span<byte> bytes, Prng random)
    {
        int limit = random.OneIn(2) ? int.Min(bytes.Length, 48) : bytes.Length;
        int offset = (int)random.Below(limit);
        return random.OneIn(4) ? offset : offset & ~3;
    }

    private void Swap(Structure left, Structure right, List<Structure> damaged)
    {
        int length = int.Min(left.Length, right.Length);
        byte[] kept = _bytes.AsSpan(left.Offset, length).ToArray();
        Span<byte> other = Touch(right);
        other.Slice(0, length).CopyTo(_bytes.AsSpan(left.Offset));
        kept.CopyTo(other);
        damaged.Add(right);
    }

    private void PutNumber(Span<byte> bytes, int offset, Structure target, Prng random)
    {
        ulong value = Number(bytes, offset, target, random);
        Span<byte> field = stackalloc byte[sizeof(ulong)];
        int width = 1 << (int)(1 + random.Below(3));
        bool isBig = random.OneIn(target.Kind is >= StructureKind.JournalSuperBlock
            and <= StructureKind.JournalCommit ? 1 : 8);
        if (isBig)
        {
            BinaryPrimitives.WriteUInt64BigEndian(field, value);
            field = field.Slice(sizeof(ulong) - width);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(field, value);
        }

        width = int.Min(width, bytes.Length - offset);
        field.Slice(0, width).CopyTo(bytes.Slice(offset));
    }

    private ulong Number(Span<byte> bytes, int offset, Structure target, Prng random)
    {
        ulong blocks = (ulong)(_bytes.Length / image.BlockSize);
        uint now = offset + 4 <= bytes.Length ? BinaryPrimitives.ReadUInt32LittleEndian(bytes.Slice(offset)) : 0;
        Structure other = image.Structures[(int)random.Below(image.Structures.Count)];
        unchecked
        {
            return random.Below(18) switch
            {
                0 => 0,
                1 => 1,
                2 => ulong.MaxValue,
                3 => 0x7FFF_FFFF_FFFF_FFFF,
                4 => 0x8000_0000_8000_8000,
                5 => 0x7FFF_FFFF,
                6 => blocks,
                7 => blocks - 1,
                8 => blocks + 1,
                9 => (ulong)(target.Offset / image.BlockSize),
                10 => (ulong)(other.Offset / image.BlockSize),
                11 => image.InodeCount + (ulong)random.Below(2),
                12 => (ulong)random.Below(image.InodeCount + 1),
                13 => now + 1UL,
                14 => now - 1UL,
                15 => now * 2UL,
                16 => 1UL << (int)random.Below(64),
                _ => random.Next(),
            };
        }
    }
}
