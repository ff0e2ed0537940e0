// Reads all that can be seen of a mounted volume: names, attributes, contents. Bound: so many names.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Lab.Crash;

/// <summary>All that can be seen of a volume.</summary>
internal sealed class FoundTree
{
    private const int NamesMax = 10_000;

    private readonly Mount _mount;
    private readonly bool _readsAttributes;
    private readonly Dictionary<ulong, string> _seen = [];

    private FoundTree(Mount mount, bool readsAttributes)
    {
        _mount = mount;
        _readsAttributes = readsAttributes;
    }

    /// <summary>A line a name, in order of paths.</summary>
    internal List<string> Lines { get; } = [];

    /// <summary>Contents of the regular files by path.</summary>
    internal Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Reads a volume.</summary>
    /// <param name="mount">The volume.</param>
    /// <param name="readsAttributes">Whether extended attributes are of interest: without a journal a power cut may leave
    /// one in two places.</param>
    /// <returns>What is there.</returns>
    /// <exception cref="FsException">Something cannot be read.</exception>
    /// <exception cref="InvalidDataException">What is read contradicts itself.</exception>
    internal static FoundTree Read(Mount mount, bool readsAttributes = true)
    {
        FoundTree tree = new(mount, readsAttributes);
        tree.Walk("");
        return tree;
    }

    private void Walk(string path)
    {
        Require(Lines.Count < NamesMax, path, "too many names");
        byte[] bytes = Encoding.UTF8.GetBytes(path.Length == 0 ? "/" : path);
        InodeStat stat = _mount.Stat(bytes, FinalLink.Keep).OrThrow();
        InodeAttributes attributes = stat.Attributes;
        uint type = attributes.Mode & ModeBits.S_IFMT;
        bool isShared = type != ModeBits.S_IFDIR && attributes.LinkCount > 1;
        _ = _seen.TryAdd(stat.Number.Value, path);
        string target = type == ModeBits.S_IFLNK
            ? Encoding.UTF8.GetString(_mount.ReadLink(bytes).OrThrow().Span)
            : "";
        Lines.Add(TreeLine.Of(
            path,
            attributes.Mode,
            attributes.Uid,
            attributes.Gid,
            attributes.LinkCount,
            target,
            isShared ? _seen[stat.Number.Value] : "",
            _readsAttributes ? ReadAttributes(bytes) : []));
        if (type == ModeBits.S_IFREG)
        {
            Files.Add(path, ReadContents(bytes));
        }

        if (type != ModeBits.S_IFDIR)
        {
            return;
        }

        NameSink names = new();
        using (OpenFile directory = _mount.Open(bytes, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY).OrThrow())
        {
            directory.ReadDirectory(0, names).ThrowIfError();
        }

        foreach (string name in names.Names)
        {
            Walk($"{path}/{name}");
        }
    }

    private byte[] ReadContents(byte[] path)
    {
        using OpenFile file = _mount.Open(path, OpenFlags.O_RDONLY).OrThrow();
        byte[] contents = new byte[file.SizeBytes];
        int read = file.Read(0, contents).OrThrow();
        Require(read == contents.Length, Encoding.UTF8.GetString(path), "a file shorter than its size");
        return contents;
    }

    private static void Require(bool holds, string path, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException($"{path}: {otherwise}");
        }
    }

    private SortedDictionary<string, byte[]> ReadAttributes(byte[] path)
    {
        SortedDictionary<string, byte[]> found = [];
        AttributeSink sink = new();
        _mount.ListXattrs(path, sink, FinalLink.Keep).ThrowIfError();
        foreach ((byte[] name, long length) in sink.Items)
        {
            byte[] value = new byte[length];
            int read = length == 0 ? 0 : _mount.GetXattr(path, name, value, FinalLink.Keep).OrThrow();
            Require(read == length, Encoding.UTF8.GetString(path), "an attribute with two lengths");
            found.Add(Encoding.UTF8.GetString(name), value);
        }

        return found;
    }

    private sealed class NameSink : IDirectorySink
    {
        internal SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            string text = Encoding.UTF8.GetString(name);
            if (text is not "." and not "..")
            {
                Require(Names.Add(text), text, "a name twice");
            }

            return true;
        }
    }

    private sealed class AttributeSink : IXattrSink
    {
        internal List<(byte[] Name, long Length)> Items { get; } = [];

        public void Add(ReadOnlySpan<byte> name, long valueLength) => Items.Add((name.ToArray(), valueLength));
    }
}
