// Comparison of everything: with a mount of ours, and with a directory of the host where the kernel mounted the volume.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Reference.Volumes;

internal sealed partial class VolumeRun
{
    // Names, attributes, extended attributes, contents, as our own mount has them.
    internal void CompareAll()
    {
        CompareDirectory(_root);
        foreach (ModelName directory in _directories)
        {
            CompareDirectory(directory);
        }

        HashSet<ModelNode> seen = [];
        foreach (ModelName name in _names)
        {
            CompareName(name, seen.Add(name.Node));
        }
    }

    // As the running kernel has them.
    internal void CompareHost(string root)
    {
        foreach (ModelName directory in _directories)
        {
            SortedSet<string> found = new(StringComparer.Ordinal);
            foreach (string entry in Directory.EnumerateFileSystemEntries(root + directory.Path))
            {
                string name = Path.GetFileName(entry);
                _ = name != "lost+found" && found.Add(name);
            }

            SortedSet<string> expected = new(directory.Node.Names!.Keys, StringComparer.Ordinal);
            Assert.Equal(expected, found);
        }

        HashSet<ModelNode> seen = [];
        foreach (ModelName name in _names)
        {
            if (name.Node.IsFile && seen.Add(name.Node))
            {
                CompareHostFile(root + name.Path, name.Node.Contents);
            }
            else if (name.Node.Type == ModeBits.S_IFLNK)
            {
                Assert.Equal(name.Node.Target, new FileInfo(root + name.Path).LinkTarget);
            }
        }
    }

    private void CompareHostFile(string path, StampedContents contents)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read);
        Assert.Equal(contents.SizeBytes, stream.Length);
        for (long at = 0; at < contents.SizeBytes; at += _buffer.Length)
        {
            int length = (int)Math.Min(_buffer.Length, contents.SizeBytes - at);
            stream.ReadExactly(_buffer, 0, length);
            contents.Read(at, _expected.AsSpan(0, length));
            int difference = _buffer.AsSpan(0, length).CommonPrefixLength(_expected.AsSpan(0, length));
            Assert.True(difference == length, string.Create(
                CultureInfo.InvariantCulture,
                $"seed {Seed}, step {Steps}: the kernel's {path} differs at byte {at + difference}"));
        }
    }

    private void CompareDirectory(ModelName directory)
    {
        NameSet found = new();
        byte[] path = Bytes(directory.Path.Length == 0 ? "/" : directory.Path);
        using (OpenFile open = Mount.Open(path, OpenFlags.O_RDONLY | OpenFlags.O_DIRECTORY).OrThrow())
        {
            open.ReadDirectory(0, found).ThrowIfError();
        }

        SortedSet<string> expected = new(directory.Node.Names!.Keys, StringComparer.Ordinal);
        Assert.Equal(expected, found.Names);
        Assert.Equal(directory.Node.Links, (int)Mount.Stat(path).OrThrow().Attributes.LinkCount);
    }

    private void CompareName(ModelName name, bool isFirst)
    {
        byte[] path = Bytes(name.Path);
        InodeStat stat = Mount.Stat(path, FinalLink.Keep).OrThrow();
        string what = string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, step {Steps}: {name.Path}");
        Assert.True(stat.Attributes.Type == name.Node.Type, what);
        Assert.True((stat.Attributes.Mode & 0xFFF) == name.Node.Mode, what);
        Assert.True(stat.Attributes.Uid == name.Node.Uid, what);
        Assert.True((int)stat.Attributes.LinkCount == name.Node.Links, what);
        if (name.Node.Type == ModeBits.S_IFLNK)
        {
            Assert.Equal(name.Node.Target, Encoding.UTF8.GetString(Mount.ReadLink(path).OrThrow().Span));
        }

        foreach ((string attribute, byte[] value) in name.Node.Xattrs)
        {
            byte[] found = new byte[1024];
            int length = Mount.GetXattr(path, Bytes(attribute), found).OrThrow();
            Assert.True(found.AsSpan(0, length).SequenceEqual(value), what);
        }

        if (name.Node.IsFile && isFirst)
        {
            using OpenFile file = Mount.Open(path, OpenFlags.O_RDONLY).OrThrow();
            Assert.Equal(name.Node.Contents.SizeBytes, file.SizeBytes);
            for (long at = 0; at < name.Node.Contents.SizeBytes; at += _buffer.Length)
            {
                Compare(file, name.Node.Contents, name.Path, at, _buffer.Length);
            }
        }
    }

    private sealed class NameSet : IDirectorySink
    {
        internal SortedSet<string> Names { get; } = new(StringComparer.Ordinal);

        public bool Add(ReadOnlySpan<byte> name, InodeNumber inode, FileType type, ulong nextCookie)
        {
            string text = Encoding.UTF8.GetString(name);
            if (text is not "." and not ".." and not "lost+found")
            {
                Assert.True(Names.Add(text), text);
            }

            return true;
        }
    }
}
