// The listing itself. Directories below are kept on a stack of paths, never on the call stack; a directory that was
// listed before is not listed again, so that a loop ends.

using System;
using System.Collections.Generic;
using System.Text.Json;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Walk;

namespace Faultline.Cli.Commands;

/// <summary>Lists directories of one or more images.</summary>
internal sealed class Lister : IDisposable
{
    /// <summary>Where <c>find</c> and <c>cp</c> stop, too: deeper trees exist in hostile images only.</summary>
    private const int PathBytesMax = 64 * 1024;

    private readonly Session _session;
    private readonly ListOptions _options;
    private readonly ByteOutput _output;
    private readonly Utf8JsonWriter? _json;

    internal Lister(Session session, ListOptions options)
    {
        _session = session;
        _options = options;
        _output = session.Output;
        if (session.IsJson)
        {
            _json = Json.Writer(session.Output.Stream);
            _json.WriteStartArray();
        }
    }

    internal void List(ImageAddress address, bool showsHeader)
    {
        FileSystem volume = _session.Open(address);
        UnixPath path = address.PathOrRoot;
        InodeStat stat = volume.Stat(path, FinalLink.Keep);
        bool isPlain = _options.ListsItself || !volume.Stat(path).Attributes.IsDirectory;
        if (isPlain)
        {
            WriteItem(volume, path, new DirectoryItem(path, stat.Number.Value, FileType.Unknown), stat);
            return;
        }

        ulong directory = volume.Stat(path).Number.Value;
        ListTree(volume, new Place(path, directory), showsHeader || _options.IsRecursive);
    }

    public void Dispose()
    {
        if (_json is not null)
        {
            _json.WriteEndArray();
            _json.Dispose();
            _ = _output.Line();
        }
    }

    private void ListTree(FileSystem volume, Place start, bool showsHeader)
    {
        Stack<Place> pending = new();
        HashSet<ulong> listed = [];
        pending.Push(start);
        bool isFirst = true;
        while (pending.TryPop(out Place directory))
        {
            _session.Cancellation.ThrowIfCancellationRequested();
            List<DirectoryItem> items = Read(volume, directory);
            if (showsHeader && _json is null)
            {
                _output.Line($"{(isFirst ? "" : "\n")}{Printable.Of(directory.Path.ToString())}:");
            }

            isFirst = false;
            ListItems(volume, directory, items, pending, listed);
        }
    }

    private List<DirectoryItem> Read(FileSystem volume, Place directory)
    {
        List<DirectoryItem> items = [];
        try
        {
            foreach (DirectoryItem item in volume.EnumerateInode(directory.Inode))
            {
                items.Add(item);
            }
        }
        catch (FileSystemException exception)
        {
            _session.Report(new TreeProblem(directory.Path, exception.Error));
        }

        if (!_options.IsUnsorted)
        {
            items.Sort(static (left, right) => left.Name.Span.SequenceCompareTo(right.Name.Span));
        }

        return items;
    }

    private void ListItems(
        FileSystem volume,
        Place directory,
        List<DirectoryItem> items,
        Stack<Place> pending,
        HashSet<ulong> listed)
    {
        bool needsStat = _options.IsLong || _json is not null;
        int firstChild = pending.Count;
        List<Place> children = [];
        foreach (DirectoryItem item in items)
        {
            UnixPath path = directory.Path.Append(item.Name.Span);
            InodeStat? stat = (needsStat || item.Type == FileType.Unknown) ? StatOf(volume, path, item) : null;
            WriteItem(volume, path, item, stat);
            bool isDirectory = stat is InodeStat known
                ? known.Attributes.IsDirectory
                : item.Type == FileType.Directory;
            if (_options.IsRecursive && isDirectory && listed.Add(item.Inode))
            {
                AddChild(children, new Place(path, item.Inode));
            }
        }

        Check.That(pending.Count == firstChild);
        for (int index = children.Count - 1; index >= 0; index--)
        {
            pending.Push(children[index]);
        }
    }

    private void AddChild(List<Place> children, Place child)
    {
        if (child.Path.Bytes.Length > PathBytesMax)
        {
            FsError error = FaultlineReasons.ListTooDeep.At(new InodeNumber(child.Inode));
            _session.Report(new TreeProblem(child.Path.Name, error));
            return;
        }

        children.Add(child);
    }

    private InodeStat? StatOf(FileSystem volume, UnixPath path, in DirectoryItem item)
    {
        try
        {
            return volume.StatInode(item.Inode);
        }
        catch (FileSystemException exception)
        {
            _session.Report(new TreeProblem(path, exception.Error));
            return null;
        }
    }

    private void WriteItem(FileSystem volume, UnixPath path, in DirectoryItem item, InodeStat? stat)
    {
        if (_json is not null)
        {
            _json.WriteStartObject();
            Json.Path(_json, "path", path);
            if (stat is InodeStat known)
            {
                Json.Attributes(_json, known);
            }

            _json.WriteEndObject();
            return;
        }

        if (_options.ShowsInodes)
        {
            _ = _output.Put((long)item.Inode, 8).Put(" "u8);
        }

        if (_options.IsLong)
        {
            WriteLong(stat);
        }

        _ = _output.Put(Printable.Of(item.Name.ToString()));
        if (_options.IsLong && stat is { Attributes.IsSymbolicLink: true })
        {
            _ = _output.Put(" -> "u8).Put(LinkTarget(volume, path, item.Inode));
        }

        _ = _output.Line();
    }

    private void WriteLong(InodeStat? stat)
    {
        if (stat is not InodeStat known)
        {
            _ = _output.Put("?????????? "u8);
            return;
        }

        InodeAttributes attributes = known.Attributes;
        Span<byte> mode = stackalloc byte[ModeText.Length];
        ModeText.Write(attributes.Mode, mode);
        _ = _output.Put(mode).Put(" "u8).Put(attributes.LinkCount, 3).Put(" "u8)
            .Put(attributes.Uid, 5).Put(" "u8).Put(attributes.Gid, 5).Put(" "u8);
        bool isDevice = attributes.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK;
        if (isDevice)
        {
            _ = _output.Put(attributes.DeviceMajor, 6).Put(", "u8).Put(attributes.DeviceMinor, 4);
        }
        else
        {
            _ = _output.Put(attributes.SizeBytes, 12);
        }

        _ = _output.Put(" "u8).Put(Times.Short(attributes.ModifyTime)).Put(" "u8);
    }

    private string LinkTarget(FileSystem volume, UnixPath path, ulong inode)
    {
        try
        {
            return Printable.Of(volume.ReadLinkInode(inode).ToString());
        }
        catch (FileSystemException exception)
        {
            _session.Report(new TreeProblem(path, exception.Error));
            return "?";
        }
    }

    // A directory to list: by its number, because a path may be longer than a walk takes.
    private readonly record struct Place(UnixPath Path, ulong Inode);
}
