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
    private readonly Stack<LinuxLevel> _directories = new();
    private readonly byte[] _path = new byte[PathBytesMax];
    private readonly byte[] _list = new byte[ListBytesMax];
    private readonly byte[] _value = new byte[ValueBytesMax];
    private ulong _device;
    private long _items;
    private bool _followsNext; // the attributes that are read next are those of a link's target
    private LinuxLevel? _level; // the directory that is being read

    /// <summary>Whether links are followed wherever they are met.</summary>
    internal bool FollowsLinks { get; init; }

    /// <summary>Whether directories are entered.</summary>
    internal bool IsRecursive { get; init; } = true;

    /// <summary>Takes what cannot be read, with its path, when the rest is to be read all the same; or null.</summary>
    internal Action<string, FsException>? OnProblem { get; init; }

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
        LinuxFolder top = new(new Paths.UnixPath(trimmed.Length == 0 ? "/" : trimmed).Bytes.ToArray());
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
        _directories.Push(new LinuxLevel(top, _target.Root, (stat.HostDevice, stat.Inode), MayBeLink: true, null));
        ReadDirectories();
    }

    /// <summary>Reads whatever a path names, and what is below it.</summary>
    /// <param name="path">Host path.</param>
    /// <param name="followsLink">Whether a path that is a link is followed.</param>
    /// <returns>The node; nothing is entered in the tree.</returns>
    /// <errors>FsException: what the host says, and the path.</errors>
    internal BuildNode ReadOne(string path, bool followsLink)
    {
        string trimmed = path.Length > 1 ? path.TrimEnd('/') : path;
        LinuxFolder whole = new(new Paths.UnixPath(trimmed.Length == 0 ? "/" : trimmed).Bytes.ToArray());
        LinuxStatx stat = default;
        bool isAsked = whole.TryCopyTo(default, _path);
        fixed (byte* text = _path)
        {
            isAsked = isAsked
                && Statx(AtFdCwd, text, followsLink ? 0 : AtSymlinkNoFollow, StatxBasic, &stat) == 0;
        }

        if (!isAsked)
        {
            throw whole.Failed(default);
        }

        _device = stat.HostDevice;
        BuildNode node = NodeOf(stat);
        if (node.IsRegular)
        {
            node.SizeBytes = stat.SizeBytes;
            int flags = followsLink ? NoFollow : 0;
            node.Content = stat.SizeBytes > 0 ? new LinuxFileContent(whole, default, flags) : null;
            bool mayHaveHoles = stat.Sectors < (ulong)(stat.SizeBytes / SectorBytes);
            node.Ranges = mayHaveHoles ? FindRanges(whole, [], stat.SizeBytes, flags) : null;
        }

        if (node.IsSymbolicLink)
        {
            fixed (byte* text = _path)
            {
                node.Target = ReadLink(whole, AtFdCwd, text, []);
            }
        }

        // What attributes a link's target has is asked by the path of the link, followed.
        _followsNext = followsLink;
        ReadXattrs(whole, default, node);
        _followsNext = false;
        if (node.IsDirectory && IsRecursive)
        {
            _directories.Push(new LinuxLevel(whole, node, (stat.HostDevice, stat.Inode), followsLink, null));
            ReadDirectories();
        }

        return node;
    }

    private void ReadDirectories()
    {
        while (_directories.TryPop(out LinuxLevel? next))
        {
            _cancellation.ThrowIfCancellationRequested();
            _level = next;
            ReadLevel(next);
        }
    }

    private void ReadLevel(LinuxLevel level)
    {
        try
        {
            ReadDirectory(level.Folder, level.Node, level.MayBeLink);
        }
        catch (FsException exception) when (OnProblem is not null)
        {
            OnProblem(level.Folder.Describe(default), exception);
        }
    }

    private void ReadDirectory(LinuxFolder folder, BuildNode node, bool mayBeLink)
    {
        int descriptor = folder.Open(default, mayBeLink ? OpenDirectoryFlags & ~NoFollow : OpenDirectoryFlags);
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
                    byte* text = entry + DirentNameOffset;
                    byte[] kept = name.ToArray();
                    try
                    {
                        ReadEntry(folder, descriptor, text, kept, node);
                    }
                    catch (FsException exception) when (OnProblem is not null)
                    {
                        OnProblem(folder.Describe(kept), exception);
                    }
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
        if (Statx(descriptor, text, FollowsLinks ? 0 : AtSymlinkNoFollow, StatxBasic, &stat) < 0)
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
                int flags = FollowsLinks ? NoFollow : 0;
                node.Content = stat.SizeBytes > 0 ? new LinuxFileContent(folder, name, flags) : null;
                bool mayHaveHoles = stat.Sectors < (ulong)(stat.SizeBytes / SectorBytes);
                node.Ranges = mayHaveHoles ? FindRanges(folder, name, stat.SizeBytes, flags) : null;
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
        if (isDirectory && !isElsewhere && IsRecursive)
        {
            (ulong Device, ulong Inode) identity = (stat.HostDevice, stat.Inode);
            if (FollowsLinks && _level!.IsWithin(identity))
            {
                throw new FsException(FaultlineReasons.BuildSourceLoop.With(folder.Describe(name)));
            }

            _directories.Push(new LinuxLevel(folder.Below(name), node, identity, FollowsLinks, _level));
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
    private static List<BuildRange>? FindRanges(LinuxFolder folder, byte[] name, long sizeBytes, int withoutFlags)
    {
        int descriptor = folder.Open(name, OpenFileFlags & ~withoutFlags);
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
            bool follows = FollowsLinks || _followsNext;
            nint length = follows
                ? ListXattrsFollowed(path, list, ListBytesMax)
                : ListXattrs(path, list, ListBytesMax);
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
                    nint size = follows
                        ? GetXattrFollowed(path, text, value, ValueBytesMax)
                        : GetXattr(path, text, value, ValueBytesMax);
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
