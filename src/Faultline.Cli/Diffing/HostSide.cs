// A tree on the host, as far as .NET shows it: no owners and no extended attributes.

using System;
using System.Collections.Generic;
using System.IO;
using Faultline.Base;
using Faultline.Paths;
using Faultline.Trees;

namespace Faultline.Cli.Diffing;

/// <summary>A tree on the host.</summary>
internal sealed class HostSide(string top, Action<TreeProblem> onProblem) : IDiffSide
{
    public SortedDictionary<string, DiffItem> List()
    {
        SortedDictionary<string, DiffItem> items = new(StringComparer.Ordinal)
        {
            [""] = ItemOf(new DirectoryInfo(top)),
        };
        Stack<DirectoryInfo> pending = new([new DirectoryInfo(top)]);
        while (pending.TryPop(out DirectoryInfo? directory))
        {
            try
            {
                foreach (FileSystemInfo info in directory.EnumerateFileSystemInfos())
                {
                    items[Path.GetRelativePath(top, info.FullName).Replace('\\', '/')] = ItemOf(info);
                    if (info is DirectoryInfo child && child.LinkTarget is null)
                    {
                        pending.Push(child);
                    }
                }
            }
            catch (UnauthorizedAccessException)
            {
                onProblem(new TreeProblem(new UnixPath(directory.FullName), FaultlineReasons.HostUnreadable));
            }
        }

        return items;
    }

    public Stream Open(string path) => File.OpenRead(Path.Combine(top, path));

    private static DiffItem ItemOf(FileSystemInfo info)
    {
        string? target = info.LinkTarget;
        string type = target is not null ? "symlink"
            : info is DirectoryInfo ? "directory"
            : (info.Attributes & FileAttributes.Device) != 0 ? "device"
            : "file";
        uint? mode = OperatingSystem.IsWindows() || target is not null ? null : (uint)info.UnixFileMode;
        long size = info is FileInfo file && target is null ? file.Length : 0;
        UnixTime modified = UnixTime.From(new DateTimeOffset(info.LastWriteTimeUtc, TimeSpan.Zero));
        return new DiffItem(type, mode, null, size, modified, target, null);
    }
}
