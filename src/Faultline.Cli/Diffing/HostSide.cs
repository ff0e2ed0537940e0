// A tree on the host. On Linux with types, owners and exact times; elsewhere as far as .NET shows
// it. Extended attributes
// of the host are not read, and so not compared. A name that is not UTF-8 cannot be named through .NET and is reported.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;

namespace Faultline.Cli.Diffing;

/// <summary>A tree on the host.</summary>
internal sealed class HostSide(string top, Action<TreeProblem> onProblem) : IDiffSide
{
    private const char Replacement = '\uFFFD';

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
        if (path.Contains(Replacement, StringComparison.Ordinal))
        {
            Report(path);
            return false;
        }

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
        onProblem(new TreeProblem(new UnixPath(path), FaultlineReasons.HostUnreadable));

    private static DiffItem ItemOf(FileSystemInfo info)
    {
        if (OperatingSystem.IsLinux() && LinuxStat.Of(info.FullName) is LinuxStat stat)
        {
            return ItemOf(info, stat);
        }

        string? target = info.LinkTarget;
        string type = target is not null ? "symlink" : info is DirectoryInfo ? "directory" : "file";
        long size = info is FileInfo file && target is null ? file.Length : 0;
        UnixTime modified = UnixTime.From(new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero));
        uint? mode = OperatingSystem.IsWindows() || target is not null ? null : (uint)info.UnixFileMode;
        return new DiffItem(type, mode, null, size, modified, target, null);
    }

    private static DiffItem ItemOf(FileSystemInfo info, LinuxStat stat)
    {
        uint type = stat.Mode & ModeBits.S_IFMT;
        string name = Json.TypeName(type);
        string? target = type switch
        {
            ModeBits.S_IFLNK => info.LinkTarget,
            ModeBits.S_IFCHR or ModeBits.S_IFBLK =>
                string.Create(CultureInfo.InvariantCulture, $"{stat.DeviceMajor}, {stat.DeviceMinor}"),
            _ => null,
        };
        return new DiffItem(
            name,
            type == ModeBits.S_IFLNK ? null : stat.Mode & ModeBits.PermissionMask,
            $"{stat.Uid}:{stat.Gid}",
            stat.SizeBytes,
            stat.ModifyTime,
            target,
            null);
    }
}
