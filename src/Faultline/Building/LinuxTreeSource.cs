// Reads the tree of a Linux host: types, owners, modes, times, hard links, holes, extended attributes. Contents are
// read later, when they are written.
//
// Invariants: no link is followed but in the path of the start; every directory is entered through its own descriptor.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using static Faultline.Building.LinuxSourceCalls;

namespace Faultline.Building;

/// <summary>Reads the tree of a Linux host.</summary>
[SupportedOSPlatform("linux")]
internal sealed unsafe class LinuxTreeSource
{
    private const int SectorBytes = 512;
    private const int ListBytesMax = 64 * 1024;
    private const int ValueBytesMax = 64 * 1024;

    private readonly TreeTarget _target;
    private readonly Action<long>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<(ulong Device, ulong Inode), BuildNode> _linked = [];
    private readonly Stack<(LinuxFolder Folder, BuildNode Node)> _directories = new();
    private readonly byte[] _path = new byte[PathBytesMax];
    private readonly byte[] _list = new byte[ListBytesMax];
    private readonly byte[] _value = new byte[ValueBytesMax];
    private ulong _device;
    private long _items;

    /// <summary>Reads into a tree.</summary>
    /// <param name="target">The tree.</param>
    /// <param name="progress">Hears of the number of items, or null.</param>
    /// <param name="cancellation">Ends the reading.</param>
    internal LinuxTreeSource(TreeTarget target, Action<long>? progress, CancellationToken cancellation)
    {
        _target = target;
        _progress = progress;
        _cancellation = cancellation;
    }

    /// <summary>Reads a directory and what is below it into the root.</summary>
    /// <param name="path">Host path of the directory; a link to one is followed.</param>
    /// <errors>FsException: what the host says, and the path.</errors>
    internal void Read(string path)
    {
        string trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        LinuxFolder top = new(Encoding.UTF8.GetBytes(trimmed.Length == 0 ? "/" : trimmed));
        LinuxStatx stat;
        int descriptor = top.Open(default, OpenDirectoryFlags & ~NoFollow);
        if (descriptor < 0)
        {
            throw top.Failed(default);
        }

        byte empty = 0;
        const int AtEmptyPath = 0x1000;
        int asked = Statx(descriptor, &empty, AtEmptyPath, StatxBasic, &stat);
        _ = Close(descriptor);
        if (asked < 0)
        {
            throw top.Failed(default);
        }

        _device = stat.HostDevice;
        BuildNode root = NodeOf(stat);
        ReadXattrs(top, default, root);
        _target.Root.TakeAttributes(root);
        _directories.Push((top, _target.Root));
        while (_directories.TryPop(out (LinuxFolder Folder, BuildNode Node) next))
        {
            _cancellation.ThrowIfCancellationRequested();
            ReadDirectory(next.Folder, next.Node, isTop: ReferenceEquals(next.Folder, top));
        }
    }

    private void ReadDirectory(LinuxFolder folder, BuildNode node, bool isTop)
    {
        int descriptor = folder.Open(default, isTop ? OpenDirectoryFlags & ~NoFollow : OpenDirectoryFlags);
        nint stream = descriptor < 0 ? 0 : OpenStream(descriptor);
        if (stream == 0)
        {
            FsException failed = folder.Failed(default);
            _ = Close(descriptor);
            throw failed;
        }

        try
        {
            while (true)
            {
                byte* entry = ReadStream(stream);
                if (entry is null)
                {
                    if (Marshal.GetLastPInvokeError() != 0)
                    {
                        throw folder.Failed(default);
                    }

                    return;
                }

                ReadOnlySpan<byte> name =
                    MemoryMarshal.CreateReadOnlySpanFromNullTerminated(entry + DirentNameOffset);
                if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                {
                    ReadEntry(folder, descriptor, entry + DirentNameOffset, name.ToArray(), node);
                }
            }
        }
        finally
        {
            _ = CloseStream(stream);
        }
    }

    private void ReadEntry(LinuxFolder folder, int descriptor, byte* text, byte[] name, BuildNode directory)
    {
        LinuxStatx stat;
        if (Statx(descriptor, text, AtSymlinkNoFollow, StatxBasic, &stat) < 0)
        {
            throw folder.Failed(name);
        }

        _items++;
        _progress?.Invoke(_items);
        bool isDirectory = (stat.Mode & ModeBits.S_IFMT) == ModeBits.S_IFDIR;
        bool hasNames = stat.LinkCount > 1 && !isDirectory;
        if (hasNames && _linked.TryGetValue((stat.HostDevice, stat.Inode), out BuildNode? known))
        {
            _ = TreeTarget.EnterName(directory, name, known);
            return;
        }

        BuildNode node = NodeOf(stat);
        switch (node.Type)
        {
            case ModeBits.S_IFREG:
                node.SizeBytes = stat.SizeBytes;
                node.Content = stat.SizeBytes > 0 ? new LinuxFileContent(folder, name) : null;
                bool mayHaveHoles = stat.Sectors < (ulong)(stat.SizeBytes / SectorBytes);
                node.Ranges = mayHaveHoles ? FindRanges(folder, name, stat.SizeBytes) : null;
                break;

            case ModeBits.S_IFLNK:
                node.Target = ReadLink(folder, descriptor, text, name);
                break;

            default:
                break;
        }

        ReadXattrs(folder, name, node);
        if (hasNames)
        {
            _linked.Add((stat.HostDevice, stat.Inode), node);
        }

        node = TreeTarget.EnterName(directory, name, node);
        bool isElsewhere = _target.Options.IsOneFileSystem && stat.HostDevice != _device;
        if (isDirectory && !isElsewhere)
        {
            _directories.Push((folder.Below(name), node));
        }
    }

    private BuildNode NodeOf(in LinuxStatx stat)
    {
        BuildNode node = new(stat.Mode)
        {
            Uid = stat.Uid,
            Gid = stat.Gid,
            AccessTime = stat.AccessTime.Time,
            ModifyTime = stat.ModifyTime.Time,
            ChangeTime = stat.ChangeTime.Time,
            DeviceMajor = stat.DeviceMajor,
            DeviceMinor = stat.DeviceMinor,
        };
        _target.Adjust(node);
        return node;
    }

    private static byte[] ReadLink(LinuxFolder folder, int descriptor, byte* text, byte[] name)
    {
        byte* answer = stackalloc byte[PathBytesMax];
        nint length = ReadLinkAt(descriptor, text, answer, PathBytesMax);
        return length < 0 ? throw folder.Failed(name) : new ReadOnlySpan<byte>(answer, (int)length).ToArray();
    }

    // The parts with data; null when there are no holes after all.
    private static List<BuildRange>? FindRanges(LinuxFolder folder, byte[] name, long sizeBytes)
    {
        int descriptor = folder.Open(name, OpenFileFlags);
        if (descriptor < 0)
        {
            throw folder.Failed(name);
        }

        try
        {
            List<BuildRange> ranges = [];
            long position = 0;
            while (position < sizeBytes)
            {
                long data = Seek(descriptor, position, SeekData);
                if (data < 0 && (Errno)Marshal.GetLastPInvokeError() != Errno.ENXIO)
                {
                    return null; // a host that does not tell: everything is data
                }

                if (data < 0 || data >= sizeBytes)
                {
                    break;
                }

                long hole = Seek(descriptor, data, SeekHole);
                position = hole < 0 ? sizeBytes : long.Min(hole, sizeBytes);
                ranges.Add(new BuildRange(data, position - data));
            }

            bool isWhole = ranges.Count == 1 && ranges[0].Length == sizeBytes;
            return isWhole ? null : ranges;
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private void ReadXattrs(LinuxFolder folder, ReadOnlySpan<byte> name, BuildNode node)
    {
        if (!_target.Options.KeepsXattrs)
        {
            return;
        }

        if (!folder.TryCopyTo(name, _path))
        {
            ReadXattrsOfDeep(folder, name, node);
            return;
        }

        fixed (byte* path = _path)
        {
            ReadXattrs(path, folder, name, node);
        }
    }

    // A path longer than the host takes: the directory is held open, and /proc names what we hold.
    private void ReadXattrsOfDeep(LinuxFolder folder, ReadOnlySpan<byte> name, BuildNode node)
    {
        int descriptor = folder.Open(default, OpenPath | OpenDirectoryFlags);
        if (descriptor < 0)
        {
            throw folder.Failed(name);
        }

        byte[] held = [.. Encoding.ASCII.GetBytes($"/proc/self/fd/{descriptor}/"), .. name, 0];
        try
        {
            fixed (byte* path = held)
            {
                ReadXattrs(path, folder, name, node);
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private void ReadXattrs(byte* path, LinuxFolder folder, ReadOnlySpan<byte> name, BuildNode node)
    {
        fixed (byte* list = _list, value = _value)
        {
            nint length = ListXattrs(path, list, ListBytesMax);
            if (length <= 0)
            {
                // A host, or a file of it, without attributes; what may not be listed may not be copied either.
                bool isNone = length == 0 || (Errno)Marshal.GetLastPInvokeError() is Errno.EOPNOTSUPP or Errno.ENOSYS;
                if (!isNone)
                {
                    throw folder.Failed(name);
                }

                return;
            }

            List<BuildXattr> found = [];
            ReadOnlySpan<byte> rest = _list.AsSpan(0, (int)length);
            while (rest.IndexOf((byte)0) is int end and >= 0)
            {
                ReadOnlySpan<byte> key = rest.Slice(0, end);
                rest = rest.Slice(end + 1);
                if (!XattrRules.IsStored(key))
                {
                    continue;
                }

                fixed (byte* text = key)
                {
                    nint size = GetXattr(path, text, value, ValueBytesMax);
                    if (size < 0)
                    {
                        throw folder.Failed(name);
                    }

                    found.Add(new BuildXattr(key.ToArray(), _value.AsSpan(0, (int)size).ToArray()));
                }
            }

            found.Sort(static (left, right) => left.Name.Span.SequenceCompareTo(right.Name.Span));
            node.Xattrs = found;
            if (_target.Options.ChangeMode is not null)
            {
                AclModes.FollowMode(node);
            }
        }
    }
}
