// A tree on a Linux host, compared in everything: names as bytes, types, owners, exact times, extended attributes.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Faultline.Abi;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Microsoft.Win32.SafeHandles;

namespace Faultline.Cli.Diffing;

/// <summary>A tree on a Linux host.</summary>
internal sealed class LinuxSide(string top, Action<TreeProblem> onProblem) : IDiffSide
{
    private readonly byte[] _top = new UnixPath(top).Bytes.ToArray();

    public bool SeesTrusted => LinuxTree.IsRoot;

    public SortedDictionary<string, DiffItem> List()
    {
        SortedDictionary<string, DiffItem> items = new(StringComparer.Ordinal);
        Stack<UnixPath> pending = new();
        Add(default, items, pending);
        while (pending.TryPop(out UnixPath directory))
        {
            List<byte[]> names = [];
            Errno listed = LinuxTree.List(HostPath(directory), names);
            foreach (byte[] name in names)
            {
                Add(directory.IsEmpty ? new UnixPath(name) : directory.Append(name), items, pending);
            }

            Judge(directory, listed);
        }

        return items;
    }

    public Stream Open(string path)
    {
        Errno opened = LinuxTree.Open(HostPath(new UnixPath(path)), out SafeFileHandle? file);
        return file is null
            ? throw new IOException($"{path}: {opened}")
            : new FileStream(file, FileAccess.Read);
    }

    private void Add(UnixPath path, SortedDictionary<string, DiffItem> items, Stack<UnixPath> pending)
    {
        // The top is the caller's own choice and may be a link.
        byte[] host = HostPath(path);
        if (LinuxStat.Of(host, followsLink: path.IsEmpty) is not LinuxStat stat)
        {
            Judge(path, Errno.EACCES);
            return;
        }

        uint type = stat.Mode & ModeBits.S_IFMT;
        items[path.ToString()] = new DiffItem(
            Json.TypeName(type),
            type == ModeBits.S_IFLNK ? null : stat.Mode & ModeBits.PermissionMask,
            $"{stat.Uid}:{stat.Gid}",
            stat.SizeBytes,
            stat.ModifyTime,
            TargetOf(path, host, stat),
            XattrsOf(path, host));
        if (type == ModeBits.S_IFDIR)
        {
            pending.Push(path);
        }
    }

    private string? TargetOf(UnixPath path, byte[] host, LinuxStat stat)
    {
        uint type = stat.Mode & ModeBits.S_IFMT;
        if (type is ModeBits.S_IFCHR or ModeBits.S_IFBLK)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{stat.DeviceMajor}, {stat.DeviceMinor}");
        }

        if (type != ModeBits.S_IFLNK)
        {
            return null;
        }

        Judge(path, LinuxTree.ReadLink(host, out byte[] target));
        return new UnixPath(target).ToString();
    }

    // Null, and so not compared, on a host file system that knows no attributes.
    private List<string>? XattrsOf(UnixPath path, byte[] host)
    {
        List<(byte[] Name, byte[] Value)> attributes = [];
        Errno read = LinuxTree.ReadXattrs(host, attributes);
        if (read != Errno.OK)
        {
            Judge(path, read == Errno.EOPNOTSUPP ? Errno.OK : read);
            return null;
        }

        List<string> texts = [];
        foreach ((byte[] name, byte[] value) in attributes)
        {
            texts.Add($"{new UnixPath(name)}=0x{Convert.ToHexStringLower(value)}");
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    private byte[] HostPath(UnixPath path) =>
        path.IsEmpty ? _top : new UnixPath(_top).Append(path.Span).Bytes.ToArray();

    private void Judge(UnixPath path, Errno errno)
    {
        if (errno != Errno.OK)
        {
            onProblem(new TreeProblem(path, FaultlineReasons.HostUnreadable.With(errno.ToString())));
        }
    }
}
