// Writes a tree of a volume as a pax archive.
//
// Holes are kept as GNU sparse format 1.0: a map of the data stands before the data. Extended attributes are kept as
// SCHILY.xattr records, raw bytes, which GNU tar, libarchive and star read. A second name of an inode is a hard link.
// An entry whose data cannot be read is written as what could be read, zero-filled to the size its header promised,
// and reported: an archive cannot take a header back.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Extraction;
using Faultline.Files;
using Faultline.Paths;
using Faultline.Progress;
using Faultline.Trees;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Permissions;

namespace Faultline.Tar;

/// <summary>One export.</summary>
internal sealed class TarExporter
{
    private readonly Mount _mount;
    private readonly TarWriter _writer;
    private readonly IProgress<FsProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly List<TreeProblem> _problems = [];
    private readonly List<TreeProblem> _notes = [];
    private readonly Dictionary<ulong, UnixPath> _linked = [];
    private readonly byte[] _buffer = new byte[1 << 20];
    private long _items;
    private long _bytes;

    internal TarExporter(
        Mount mount, Stream destination, IProgress<FsProgress>? progress, CancellationToken cancellation)
    {
        _mount = mount;
        _writer = new TarWriter(destination);
        _progress = progress;
        _cancellation = cancellation;
    }

    internal ExtractionResult Export(UnixPath source, InodeStat start)
    {
        TreeWalk walk = new(_mount, _problems.Add);
        foreach (TreeEntry entry in walk.From(start))
        {
            _cancellation.ThrowIfCancellationRequested();
            if (entry.Event == TreeEvent.Leave)
            {
                continue;
            }

            UnixPath name = entry.Depth > 0 ? entry.Path
                : start.Attributes.IsDirectory ? new UnixPath("./")
                : source.Name;
            WriteEntry(entry, name);
            _items++;
            _progress?.Report(new FsProgress("tar", _items, _bytes, null, null, name));
        }

        _writer.Finish();
        return new ExtractionResult(_items, _bytes, _problems, _notes);
    }

    private void WriteEntry(in TreeEntry entry, UnixPath name)
    {
        InodeAttributes attributes = entry.Stat.Attributes;
        try
        {
            using InodeReference inode = new(_mount, entry.Stat.Number);
            PaxRecords records = new();
            if (attributes.LinkCount > 1 && _linked.TryGetValue(entry.Stat.Number.Value, out UnixPath existing))
            {
                _writer.WriteHeaders((byte)'1', name, existing, attributes, 0, records);
                return;
            }

            AddXattrs(entry, inode.Inode, records);
            switch (attributes.Type)
            {
                case ModeBits.S_IFREG:
                    if (!WriteRegular(entry, name, records))
                    {
                        return;
                    }

                    break;
                case ModeBits.S_IFDIR:
                    UnixPath slashed = name.Span.EndsWith("/"u8) ? name : name.Append([]);
                    _writer.WriteHeaders((byte)'5', slashed, default, attributes, 0, records);
                    break;
                case ModeBits.S_IFLNK:
                    UnixPath target = new(inode.Inode.ReadLink().OrThrow());
                    _writer.WriteHeaders((byte)'2', name, target, attributes, 0, records);
                    break;
                case ModeBits.S_IFCHR:
                    _writer.WriteHeaders((byte)'3', name, default, attributes, 0, records);
                    break;
                case ModeBits.S_IFBLK:
                    _writer.WriteHeaders((byte)'4', name, default, attributes, 0, records);
                    break;
                case ModeBits.S_IFIFO:
                    _writer.WriteHeaders((byte)'6', name, default, attributes, 0, records);
                    break;
                default:
                    _notes.Add(new TreeProblem(name, FaultlineReasons.TarType.At(entry.Stat.Number)));
                    return;
            }

            _linked[entry.Stat.Number.Value] = name;
        }
        catch (FsException exception)
        {
            _problems.Add(new TreeProblem(entry.Path, exception.Error));
        }
    }

    private void AddXattrs(in TreeEntry entry, Inode inode, PaxRecords records)
    {
        try
        {
            foreach (XattrItem item in XattrReader.Read(inode))
            {
                records.Add(XattrKey(item.Name.Span), item.Value.Span);
                AddAclText(item, records);
            }
        }
        catch (FsException exception)
        {
            _problems.Add(new TreeProblem(entry.Path, exception.Error));
        }
    }

    // A key ends at the first equals sign: as GNU tar does, that one in a name is escaped, and so is what escapes.
    private static byte[] XattrKey(ReadOnlySpan<byte> name)
    {
        List<byte> key = [.. "SCHILY.xattr."u8];
        foreach (byte one in name)
        {
            key.AddRange(one == (byte)'=' ? "%3D"u8 : one == (byte)'%' ? "%25"u8 : [one]);
        }

        return [.. key];
    }

    // GNU tar and star read ACLs as text, under keys of their own.
    private static void AddAclText(XattrItem item, PaxRecords records)
    {
        string? key = item.Name.Span.SequenceEqual("system.posix_acl_access"u8) ? "SCHILY.acl.access"
            : item.Name.Span.SequenceEqual("system.posix_acl_default"u8) ? "SCHILY.acl.default"
            : null;
        if (key is not null)
        {
            records.Add(key, PosixAcl.ToText(item.Value.Span));
        }
    }

    // False when nothing was written, so that no later name links to it.
    private bool WriteRegular(in TreeEntry entry, UnixPath name, PaxRecords records)
    {
        // Past the page cache: every byte is read once, in large aligned pieces.
        Result<OpenFile> opened = _mount.OpenInode(entry.Stat.Number, OpenFlags.O_DIRECT);
        if (!opened.TryGet(out OpenFile? file, out FsError error))
        {
            _problems.Add(new TreeProblem(entry.Path, error));
            return false;
        }

        using (file)
        {
            Result<int> readable = file.Read(0, []);
            if (!readable.IsOk)
            {
                _problems.Add(new TreeProblem(entry.Path, readable.Error));
                return false;
            }

            List<(long Position, long Length)> pieces = FindData(entry, file, out long dataBytes);
            long size = entry.Stat.Attributes.SizeBytes;
            if (dataBytes == size)
            {
                _writer.WriteHeaders((byte)'0', name, default, entry.Stat.Attributes, size, records);
            }
            else
            {
                byte[] map = SparseMap(pieces);
                records.Add("GNU.sparse.major", "1");
                records.Add("GNU.sparse.minor", "0");
                records.Add("GNU.sparse.name", name.Span);
                records.Add("GNU.sparse.realsize", size.ToString(CultureInfo.InvariantCulture));
                UnixPath placeholder = new UnixPath("GNUSparseFile.0").Append(name.Name.Span);
                _writer.WriteHeaders(
                    (byte)'0', placeholder, default, entry.Stat.Attributes, map.Length + dataBytes, records);
                _writer.WriteData(map);
            }

            foreach ((long position, long length) in pieces)
            {
                WriteRange(entry, file, position, position + length);
            }

            _writer.Pad();
        }

        return true;
    }

    private List<(long Position, long Length)> FindData(in TreeEntry entry, OpenFile file, out long dataBytes)
    {
        List<(long Position, long Length)> pieces = [];
        long size = entry.Stat.Attributes.SizeBytes;
        long position = 0;
        dataBytes = 0;
        while (position < size)
        {
            Result<long> data = file.SeekData(position);
            if (!data.TryGet(out position, out FsError error))
            {
                if (error.Errno != Errno.ENXIO)
                {
                    _problems.Add(new TreeProblem(entry.Path, error));
                }

                break;
            }

            long hole = file.SeekHole(position).OrThrow();
            pieces.Add((position, hole - position));
            dataBytes += hole - position;
            position = hole;
        }

        if (pieces.Count == 0 || pieces[^1].Position + pieces[^1].Length < size)
        {
            pieces.Add((size, 0));
        }

        return pieces;
    }

    // Decimal numbers, a line each: how many pieces, then position and length of each; filled up to a block. A file
    // that ends in a hole has a last piece of length zero there.
    private static byte[] SparseMap(List<(long Position, long Length)> pieces)
    {
        StringBuilder text = new();
        _ = text.Append(CultureInfo.InvariantCulture, $"{pieces.Count}\n");
        foreach ((long position, long length) in pieces)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"{position}\n{length}\n");
        }

        byte[] map = new byte[Bits.AlignUp(text.Length, TarHeaderDisk.SizeBytes)];
        _ = Encoding.ASCII.GetBytes(text.ToString(), map);
        return map;
    }

    private void WriteRange(in TreeEntry entry, OpenFile file, long position, long end)
    {
        bool isDamaged = false;
        while (position < end)
        {
            _cancellation.ThrowIfCancellationRequested();
            int count = isDamaged ? 0 : ReadSome(entry, file, position, end);
            isDamaged |= count == 0;
            if (isDamaged)
            {
                count = (int)Math.Min(_buffer.Length, end - position);
                _buffer.AsSpan(0, count).Clear();
            }

            _writer.WriteData(_buffer.AsSpan(0, count));
            position += count;
            _bytes += count;
        }
    }

    private int ReadSome(in TreeEntry entry, OpenFile file, long position, long end)
    {
        try
        {
            Result<int> read = WholeRead.Read(file, position, end, _buffer);
            if (read.TryGet(out int count, out FsError error))
            {
                return count;
            }

            _problems.Add(new TreeProblem(entry.Path, error));
        }
        catch (FsException exception)
        {
            _problems.Add(new TreeProblem(entry.Path, exception.Error));
        }

        return 0;
    }
}
