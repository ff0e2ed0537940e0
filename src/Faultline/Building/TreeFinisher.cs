// What is done to a tree when all sources have been read: with a reproducible image, no time is left to chance, and the
// identity of the volume is derived from the tree and the options.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Ext.Making;

namespace Faultline.Building;

/// <summary>Finishes a tree.</summary>
internal static class TreeFinisher
{
    private const byte UuidVersion = 0x80; // RFC 9562, 5.8: bytes of the maker's own choice
    private const byte UuidVariant = 0x80;

    /// <summary>Leaves no time to chance.</summary>
    /// <param name="root">The root.</param>
    /// <param name="now">The time of everything that is made now.</param>
    /// <param name="latest">The latest modification time there may be, or null.</param>
    internal static void FixTimes(BuildNode root, UnixTime now, UnixTime? latest)
    {
        foreach ((_, BuildNode node) in Walk(root))
        {
            bool isLate = latest is UnixTime limit
                && (node.ModifyTime.Seconds, node.ModifyTime.Nanoseconds).CompareTo(
                    (limit.Seconds, limit.Nanoseconds)) > 0;
            node.ModifyTime = isLate ? latest!.Value : node.ModifyTime;
            node.AccessTime = node.ModifyTime;
            node.ChangeTime = now;
        }
    }

    /// <summary>Derives what is otherwise random.</summary>
    /// <param name="root">The root, finished.</param>
    /// <param name="options">How the volume is made.</param>
    /// <returns>The options with UUID and hash seed.</returns>
    internal static FormatOptions FixIdentity(BuildNode root, FormatOptions options)
    {
        byte[] digest = Digest(root, options);
        return options with
        {
            Uuid = options.Uuid ?? Derive("uuid", digest),
            HashSeed = options.HashSeed ?? Derive("hash seed", digest),
        };
    }

    private static Uuid Derive(string purpose, byte[] digest)
    {
        byte[] hash = SHA256.HashData([.. Encoding.UTF8.GetBytes($"faultline build {purpose}\n"), .. digest]);
        hash[6] = (byte)((hash[6] & 0x0F) | UuidVersion);
        hash[8] = (byte)((hash[8] & 0x3F) | UuidVariant);
        return Uuid.Read(hash.AsSpan(0, Bytes16.Length));
    }

    // Everything that stat(2) shows of every name, in order. Contents count by size and time only: they are read
    // once, later.
    private static byte[] Digest(BuildNode root, FormatOptions options)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(
            CultureInfo.InvariantCulture, $"{options.Type}\n{options.Label}\n{options.SizeBytes}\n")));
        Dictionary<BuildNode, int> seen = [];
        Span<byte> numbers = stackalloc byte[64];
        foreach ((ReadOnlyMemory<byte> name, BuildNode node) in Walk(root))
        {
            bool isNew = seen.TryAdd(node, seen.Count);
            BinaryPrimitives.WriteInt32LittleEndian(numbers, name.Length);
            BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(4), seen[node]);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(8), node.Mode);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(12), node.Uid);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(16), node.Gid);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(20), node.DeviceMajor);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(24), node.DeviceMinor);
            BinaryPrimitives.WriteInt64LittleEndian(numbers.Slice(28), node.SizeBytes);
            BinaryPrimitives.WriteInt64LittleEndian(numbers.Slice(36), node.ModifyTime.Seconds);
            BinaryPrimitives.WriteUInt32LittleEndian(numbers.Slice(44), node.ModifyTime.Nanoseconds);
            BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(48), node.Target.Length);
            BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(52), node.Xattrs.Count);
            BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(56), node.Children?.Count ?? 0);
            BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(60), isNew ? 1 : 0);
            hash.AppendData(numbers);
            hash.AppendData(name.Span);
            hash.AppendData(node.Target.Span);
            foreach (BuildXattr xattr in isNew ? node.Xattrs : [])
            {
                BinaryPrimitives.WriteInt32LittleEndian(numbers, xattr.Name.Length);
                BinaryPrimitives.WriteInt32LittleEndian(numbers.Slice(4), xattr.Value.Length);
                hash.AppendData(numbers.Slice(0, 8));
                hash.AppendData(xattr.Name.Span);
                hash.AppendData(xattr.Value.Span);
            }
        }

        return hash.GetHashAndReset();
    }

    // Every name once, directories before what is in them.
    private static IEnumerable<(ReadOnlyMemory<byte> Name, BuildNode Node)> Walk(BuildNode root)
    {
        yield return (default, root);
        Stack<BuildNode> directories = new([root]);
        while (directories.TryPop(out BuildNode? directory))
        {
            foreach ((ReadOnlyMemory<byte> name, BuildNode node) in directory.Children!.Sorted())
            {
                yield return (name, node);
                if (node.IsDirectory)
                {
                    directories.Push(node);
                }
            }
        }
    }
}
