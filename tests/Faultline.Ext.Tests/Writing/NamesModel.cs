// A tree of names in memory, random changes of it and of a volume in step, and the comparison of both.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Ext.Tests.Writing;

internal sealed class NamesModel(ulong seed)
{
    private readonly Prng _random = new(seed);
    private readonly Node _root = new(ModeBits.S_IFDIR) { Links = 3 }; // with lost+found
    private readonly Dictionary<string, int> _counts = [];

    internal IReadOnlyDictionary<string, int> Counts => _counts;

    internal void Run(Mount mount, int operations)
    {
        for (int index = 0; index < operations; index++)
        {
            Step(mount, index);
        }
    }

    internal void Compare(Mount mount)
    {
        List<string> expected = [];
        Describe(_root, "", expected);
        List<string> found = [];
        Describe(mount, "", found);
        Assert.Equal(expected, found);
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void Step(Mount mount, int index)
    {
        int kind = (int)_random.Below(20);
        (string path, Node directory) = PickDirectory();
        string name = NewName(index);
        string at = path + "/" + name;
        string operation;
        Result result;
        switch (kind)
        {
            case < 6:
                operation = "create";
                using (OpenFile file = mount.Open(Bytes(at), OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1A4).OrThrow())
                {
                    result = Result.Ok;
                }

                directory.Names.Add(name, new Node(ModeBits.S_IFREG) { Links = 1 });
                break;

            case < 8:
                operation = "mkdir";
                result = mount.Mkdir(Bytes(at), 0x1ED);
                directory.Names.Add(name, new Node(ModeBits.S_IFDIR) { Links = 2 });
                directory.Links++;
                break;

            case < 10:
                operation = "symlink";
                string target = new('t', 1 + (int)_random.Below(900));
                result = mount.Symlink(Bytes(target), Bytes(at));
                directory.Names.Add(name, new Node(ModeBits.S_IFLNK) { Links = 1, Target = target });
                break;

            case 10:
                operation = "mknod";
                result = mount.Mknod(Bytes(at), ModeBits.S_IFCHR | 0x1A4, 5, 300);
                directory.Names.Add(name, new Node(ModeBits.S_IFCHR) { Links = 1 });
                break;

            case < 14:
                (operation, result) = Remove(mount);
                break;

            case < 17:
                (operation, result) = Rename(mount, path, directory, name);
                break;

            case 17:
                (operation, result) = Link(mount, at, directory, name);
                break;

            default:
                (operation, result) = Attribute(mount);
                break;
        }

        Assert.True(result.IsOk, $"step {index} of seed {seed}: {operation} {at}: {(result.IsOk ? "" : result.Error)}");
        _counts[operation] = _counts.GetValueOrDefault(operation) + 1;
    }

    private string NewName(int index)
    {
        int length = _random.OneIn(10) ? 200 : (int)_random.Below(30);
        return string.Create(CultureInfo.InvariantCulture, $"n{index}-{_random.Below(1000)}") + new string('x', length);
    }

    // Mostly a few directories, so that some become large.
    private (string Path, Node Node) PickDirectory()
    {
        string path = "";
        Node node = _root;
        while (true)
        {
            List<string> below =
                [.. node.Names.Where(static pair => pair.Value.IsDirectory).Select(static pair => pair.Key)];
            if ((below.Count == 0) || _random.OneIn(2))
            {
                return (path, node);
            }

            string name = below[(int)_random.Below(Math.Min(3, below.Count))];
            path += "/" + name;
            node = node.Names[name];
        }
    }

    private bool TryPickName(Func<Node, bool> filter, out string path, out Node directory, out string name)
    {
        for (int attempt = 0; attempt < 10; attempt++)
        {
            (path, directory) = PickDirectory();
            List<string> names =
                [.. directory.Names.Where(pair => filter(pair.Value)).Select(static pair => pair.Key)];
            if (names.Count > 0)
            {
                name = names[(int)_random.Below(names.Count)];
                return true;
            }
        }

        (path, directory, name) = ("", _root, "");
        return false;
    }

    private (string Operation, Result Result) Remove(Mount mount)
    {
        bool isFound = TryPickName(
            static node => node.Names.Count == 0, out string path, out Node directory, out string name);
        if (!isFound)
        {
            return ("nothing", Result.Ok);
        }

        Node node = directory.Names[name];
        directory.Names.Remove(name);
        if (node.IsDirectory)
        {
            directory.Links--;
            return ("rmdir", mount.Rmdir(Bytes(path + "/" + name)));
        }

        node.Links--;
        return ("unlink", mount.Unlink(Bytes(path + "/" + name)));
    }

    private (string Operation, Result Result) Rename(Mount mount, string newPath, Node newDirectory, string newName)
    {
        if (!TryPickName(static _ => true, out string path, out Node directory, out string name))
        {
            return ("nothing", Result.Ok);
        }

        Node node = directory.Names[name];
        string from = path + "/" + name;
        if (node.IsDirectory && (newPath + "/").StartsWith(from + "/", StringComparison.Ordinal))
        {
            return ("nothing", Result.Ok);
        }

        RenameFlags flags = RenameFlags.None;
        bool canExchange = !node.IsDirectory
            && TryPickName(static other => !other.IsDirectory, out newPath, out newDirectory, out newName);
        string operation = "rename";
        if (canExchange && _random.OneIn(2))
        {
            Node other = newDirectory.Names[newName];
            if (ReferenceEquals(node, other))
            {
                return ("nothing", Result.Ok);
            }

            flags = _random.OneIn(2) ? RenameFlags.RENAME_EXCHANGE : RenameFlags.None;
            operation = flags == RenameFlags.None ? "rename over" : "exchange";
            newDirectory.Names[newName] = node;
            if (flags == RenameFlags.None)
            {
                other.Links--;
                directory.Names.Remove(name);
            }
            else
            {
                directory.Names[name] = other;
            }

            return (operation, mount.Rename(Bytes(from), Bytes(newPath + "/" + newName), flags));
        }

        newName = canExchange ? "moved" + newName[..Math.Min(newName.Length, 200)] : newName;
        if (newDirectory.Names.ContainsKey(newName))
        {
            return ("nothing", Result.Ok);
        }

        directory.Names.Remove(name);
        newDirectory.Names.Add(newName, node);
        if (node.IsDirectory)
        {
            directory.Links--;
            newDirectory.Links++;
        }

        return (operation, mount.Rename(Bytes(from), Bytes(newPath + "/" + newName), flags));
    }

    private (string Operation, Result Result) Link(Mount mount, string at, Node directory, string name)
    {
        bool isFound = TryPickName(
            static node => !node.IsDirectory, out string path, out Node source, out string sourceName);
        if (!isFound)
        {
            return ("nothing", Result.Ok);
        }

        Node node = source.Names[sourceName];
        node.Links++;
        directory.Names.Add(name, node);
        return ("link", mount.Link(Bytes(path + "/" + sourceName), Bytes(at)));
    }

    private (string Operation, Result Result) Attribute(Mount mount)
    {
        bool isFound = TryPickName(
            static node => node.Mode is ModeBits.S_IFREG or ModeBits.S_IFDIR,
            out string path,
            out Node directory,
            out string name);
        if (!isFound)
        {
            return ("nothing", Result.Ok);
        }

        Node node = directory.Names[name];
        string at = path + "/" + name;
        string attribute = string.Create(CultureInfo.InvariantCulture, $"user.a{_random.Below(5)}");
        if (_random.OneIn(4))
        {
            uint mode = (uint)_random.Below(0x200);
            node.Permissions = mode;
            return ("chmod", mount.Chmod(Bytes(at), mode));
        }

        if (node.Xattrs.ContainsKey(attribute) && _random.OneIn(2))
        {
            node.Xattrs.Remove(attribute);
            return ("removexattr", mount.RemoveXattr(Bytes(at), Bytes(attribute)));
        }

        byte[] value = new byte[_random.Below(_random.OneIn(3) ? 180 : 40)];
        _random.Fill(value);
        node.Xattrs[attribute] = Convert.ToHexString(value);
        return ("setxattr", mount.SetXattr(Bytes(at), Bytes(attribute), value));
    }

    private static void Describe(Node node, string path, List<string> lines)
    {
        string xattrs = string.Join(",", node.Xattrs.Select(static pair => pair.Key + "=" + pair.Value));
        uint? permissions = node.Permissions;
        lines.Add(string.Create(
            CultureInfo.InvariantCulture, $"{path} {node.Mode:x} {node.Links} {permissions} {node.Target} {xattrs}"));
        foreach ((string name, Node child) in node.Names)
        {
            Describe(child, path + "/" + name, lines);
        }
    }

    private void Describe(Mount mount, string path, List<string> lines)
    {
        byte[] at = Bytes(path.Length == 0 ? "/" : path);
        InodeStat stat = mount.Stat(at, FinalLink.Keep).OrThrow();
        uint type = stat.Attributes.Mode & ModeBits.S_IFMT;
        string target = type == ModeBits.S_IFLNK ? Encoding.UTF8.GetString(mount.ReadLink(at).OrThrow().Span) : "";
        Node? node = Find(path);
        uint? permissions = node?.Permissions is null ? null : stat.Attributes.Mode & 0x1FF;
        XattrNames names = new();
        mount.ListXattrs(at, names, FinalLink.Keep).ThrowIfError();
        List<string> xattrs = [];
        foreach (string name in names.Names)
        {
            byte[] value = new byte[4096];
            int length = mount.GetXattr(at, Bytes(name), value, FinalLink.Keep).OrThrow();
            xattrs.Add(name + "=" + Convert.ToHexString(value.AsSpan(0, length)));
        }

        lines.Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{path} {type:x} {stat.Attributes.LinkCount} {permissions} {target} {string.Join(",", xattrs)}"));
        if (type != ModeBits.S_IFDIR)
        {
            return;
        }

        Names sink = new();
        using (OpenFile open = mount.Open(at, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY).OrThrow())
        {
            open.ReadDirectory(0, sink).ThrowIfError();
        }

        foreach (string name in sink.Found)
        {
            if (path.Length > 0 || name != "lost+found")
            {
                Describe(mount, path + "/" + name, lines);
            }
        }
    }

    private Node? Find(string path)
    {
        Node? node = _root;
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            node = node?.Names.GetValueOrDefault(part);
        }

        return node;
    }

    internal sealed class Node(uint mode)
    {
        internal uint Mode { get; } = mode;

        internal bool IsDirectory => Mode == ModeBits.S_IFDIR;

        internal int Links { get; set; }

        internal string Target { get; init; } = "";

        internal uint? Permissions { get; set; }

        internal SortedDictionary<string, string> Xattrs { get; } = new(StringComparer.Ordinal);

        internal SortedDictionary<string, Node> Names { get; } = new(StringComparer.Ordinal);
    }

    private sealed class Names : IDirectorySink
    {
        internal SortedSet<string> Found { get; } = new(StringComparer.Ordinal);

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            string text = Encoding.UTF8.GetString(name);
            if (text is not "." and not "..")
            {
                Assert.True(Found.Add(text), text);
            }

            return true;
        }
    }

    private sealed class XattrNames : IXattrSink
    {
        internal SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        public void Add(ReadOnlySpan<byte> name, long valueLength) => Names.Add(Encoding.UTF8.GetString(name));
    }
}
