// The facts that a volume shows of an inode through the public face, in the words of the judges' scripts.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Security.Cryptography;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Files;
using Faultline.Iomap;
using Faultline.Paths;
using Faultline.Vfs.Inodes;

namespace Faultline.Golden;

internal sealed class VolumeFacts(FileSystem volume)
{
    private const int ChunkBytes = 1 << 20;
    private const long WholeBytesMax = 64L << 20;
    private const uint EncryptedFlag = 0x800;
    private readonly byte[] _chunk = new byte[ChunkBytes];

    internal long BytesRead { get; private set; }

    internal long Extents { get; private set; }

    internal long Xattrs { get; private set; }

    internal Dictionary<string, string> Of(UnixPath path, InodeAttributes attributes)
    {
        Dictionary<string, string> facts = new()
        {
            ["mode"] = $"{attributes.Mode}",
            ["uid"] = $"{attributes.Uid}",
            ["gid"] = $"{attributes.Gid}",
            ["nlink"] = $"{attributes.LinkCount}",
            ["size"] = $"{attributes.SizeBytes}",
            ["blocks"] = $"{attributes.Sectors}",
            ["atime"] = Nanoseconds(attributes.AccessTime),
            ["mtime"] = Nanoseconds(attributes.ModifyTime),
            ["ctime"] = Nanoseconds(attributes.ChangeTime),
            ["btime"] = attributes.BirthTime is UnixTime birth ? Nanoseconds(birth) : "null",
            ["rdev"] = $"[{attributes.DeviceMajor},{attributes.DeviceMinor}]",
            ["project"] = $"{attributes.ProjectId}",
            ["encrypted"] = (attributes.FormatFlags & EncryptedFlag) != 0 ? "true" : "false",
        };
        Guard(facts, () => facts["xattrs"] = XattrsOf(path));
        if (attributes.IsSymbolicLink)
        {
            Guard(facts, () => facts["link"] = Convert.ToBase64String(volume.ReadLink(path).Span));
        }

        if (attributes.IsRegular)
        {
            Guard(facts, () => AddContents(path, attributes, facts));
        }

        return facts;
    }

    private static void Guard(Dictionary<string, string> facts, Action action)
    {
        try
        {
            action();
        }
        catch (FileSystemException problem)
        {
            facts["refused"] = $"{problem.Errno}";
            facts["problem"] = problem.Message;
        }
    }

    // Seconds times 1e9 passes 64 bits after 2262.
    private static string Nanoseconds(UnixTime time) =>
        $"{((Int128)time.Seconds * 1_000_000_000) + time.Nanoseconds}";

    private string XattrsOf(UnixPath path)
    {
        IReadOnlyList<XattrItem> items = volume.GetXattrs(path);
        Xattrs += items.Count;
        return string.Join(' ', items
            .Select(static item => $"{item.Name}={item.Value.Length}:"
                + Convert.ToHexStringLower(SHA256.HashData(item.Value.Span)))
            .Order(StringComparer.Ordinal));
    }

    private void AddContents(UnixPath path, InodeAttributes attributes, Dictionary<string, string> facts)
    {
        using FileHandle file = volume.OpenFile(path, OpenFlags.O_NOFOLLOW);
        if ((attributes.FormatFlags & EncryptedFlag) != 0)
        {
            // The kernel refuses to open it; here the first read is refused.
            _ = file.Read(_chunk, 0);
        }

        List<FileExtent> extents = Merge(file.GetExtents());
        Extents += extents.Count;
        facts["extents"] = $"[{string.Join(',', extents.Select(static extent =>
            $"[{extent.Position},{(extent.Type == IomapType.Inline ? 0 : extent.Address)},{extent.Length},{Kind(extent)}]"))}]";
        List<(long Begin, long End)> ranges = RangesOf(file);
        facts["ranges"] = $"[{string.Join(',', ranges.Select(static range => $"[{range.Begin},{range.End}]"))}]";
        (string digest, long read) = file.SizeBytes <= WholeBytesMax ? HashWhole(file) : HashChunks(file, ranges);
        facts["sha"] = digest;
        facts["read"] = $"{read}";
        BytesRead += read;
    }

    private static string Kind(FileExtent extent) => extent.Type switch
    {
        IomapType.Inline => "inline",
        IomapType.Unwritten => "unwritten",
        IomapType.Mapped => "mapped",
        _ => $"{extent.Type}",
    };

    private static List<FileExtent> Merge(IReadOnlyList<FileExtent> extents)
    {
        List<FileExtent> merged = [];
        foreach (FileExtent extent in extents)
        {
            if (merged.Count > 0 && merged[^1] is FileExtent last && last.Type == extent.Type
                && extent.Type != IomapType.Inline
                && last.Position + last.Length == extent.Position && last.Address + last.Length == extent.Address)
            {
                merged[^1] = last with { Length = last.Length + extent.Length };
            }
            else
            {
                merged.Add(extent);
            }
        }

        return merged;
    }

    private static List<(long Begin, long End)> RangesOf(FileHandle file)
    {
        List<(long Begin, long End)> ranges = [];
        long position = 0;
        while (position < file.SizeBytes && file.SeekData(position) is long data)
        {
            position = file.SeekHole(data) ?? file.SizeBytes;
            ranges.Add((data, position));
        }

        return ranges;
    }

    private (string Digest, long Read) HashWhole(FileHandle file)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long offset = 0;
        while (offset < file.SizeBytes)
        {
            int read = file.ReadFully(_chunk, offset);
            if (read == 0)
            {
                break;
            }

            hash.AppendData(_chunk, 0, read);
            offset += read;
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), offset);
    }

    // Chunks with data that are not all zero, each after its offset.
    private (string Digest, long Read) HashChunks(FileHandle file, List<(long Begin, long End)> ranges)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] place = new byte[sizeof(long)];
        long last = -1;
        long total = 0;
        foreach ((long begin, long end) in ranges)
        {
            for (long chunk = Math.Max(begin / ChunkBytes, last + 1); chunk * ChunkBytes < end; chunk++)
            {
                last = chunk;
                int read = file.ReadFully(_chunk, chunk * ChunkBytes);
                total += read;
                if (_chunk.AsSpan(0, read).ContainsAnyExcept((byte)0))
                {
                    BinaryPrimitives.WriteInt64LittleEndian(place, chunk * ChunkBytes);
                    hash.AppendData(place);
                    hash.AppendData(_chunk, 0, read);
                }
            }
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), total);
    }
}
