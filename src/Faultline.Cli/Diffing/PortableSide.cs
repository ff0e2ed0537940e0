// A tree on a host that is not Linux, as far as .NET shows it: no owners, no extended attributes, times to 100 ns.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Trees;

namespace Faultline.Cli.Diffing;

/// <summary>A tree on any host.</summary>
internal sealed class PortableSide(string top, Action<TreeProblem> onProblem) : IDiffSide
{
    public bool SeesTrusted => true;

    public SortedDictionary<string, DiffItem> List()
    {
        SortedDictionary<string, DiffItem> items = new(StringComparer.Ordinal);
        bool isDirectory = Directory.Exists(top);
        FileSystemInfo start = isDirectory ? new DirectoryInfo(top) : new FileInfo(top);
        _ = Add(items, "", start);
        Stack<(DirectoryInfo Directory, string Path)> pending = new();
        if (start is DirectoryInfo first)
        {
            pending.Push((first, ""));
        }

        while (pending.TryPop(out (DirectoryInfo Directory, string Path) level))
        {
            try
            {
                foreach (FileSystemInfo info in level.Directory.EnumerateFileSystemInfos())
                {
                    string path = level.Path.Length == 0 ? info.Name : $"{level.Path}/{info.Name}";
                    if (Add(items, path, info) && info is DirectoryInfo child && child.LinkTarget is null)
                    {
                        pending.Push((child, path));
                    }
                }
            }
            catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
            {
                Report(level.Path);
            }
        }

        return items;
    }

    public Stream Open(string path) =>
        File.OpenRead(path.Length == 0 ? top : Path.Combine(top, path));

    private bool Add(SortedDictionary<string, DiffItem> items, string path, FileSystemInfo info)
    {
        try
        {
            items[path] = ItemOf(info);
            return true;
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or IOException)
        {
            Report(path);
            return false;
        }
    }

    private void Report(string path) =>
        onProblem(new TreeProblem(new UnixPath(path), FaultlineReasons.HostUnreadablePortable));

    private static DiffItem ItemOf(FileSystemInfo info)
    {
        string? target = info.LinkTarget;
        string type = target is not null ? "symlink" : info is DirectoryInfo ? "directory" : "file";
        long size = info is FileInfo file && target is null ? file.Length : 0;
        UnixTime modified = UnixTime.From(new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero));
        uint? mode = OperatingSystem.IsWindows() || target is not null ? null : (uint)info.UnixFileMode;
        return new DiffItem(type, mode, null, size, modified, target, null);
    }
}
