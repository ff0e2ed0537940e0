// Reads the tree of a host without Linux's calls: names, types, contents, links and times as .NET shows them. Owners
// are 0, modes those that the host knows, or 755 and 644; a manifest says more.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;

namespace Faultline.Building;

/// <summary>Reads the tree of any host.</summary>
/// <param name="target">The tree.</param>
/// <param name="progress">Hears of the number of items, or null.</param>
/// <param name="cancellation">Ends the reading.</param>
internal sealed class PortableTreeSource(
    TreeTarget target, Action<long>? progress, CancellationToken cancellation)
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644
    private const uint LinkMode = 0x1FF; // 0777

    private long _items;

    /// <summary>Reads a directory and what is below it into the root.</summary>
    /// <param name="path">Host path of the directory.</param>
    /// <exception cref="IOException">What the host says.</exception>
    internal void Read(string path)
    {
        DirectoryInfo top = new(path);
        BuildNode root = NodeOf(top);
        target.Root.TakeAttributes(root);
        ReadBelow(top, target.Root);
    }

    /// <summary>Reads whatever a path names, and what is below it.</summary>
    /// <param name="path">Host path.</param>
    /// <param name="followsLink">Whether a path that is a link is followed.</param>
    /// <returns>The node; nothing is entered in the tree.</returns>
    /// <exception cref="IOException">What the host says.</exception>
    internal BuildNode ReadOne(string path, bool followsLink)
    {
        FileSystemInfo item = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        item = followsLink && item.LinkTarget is not null ? item.ResolveLinkTarget(true) ?? item : item;
        BuildNode node = NodeOf(item);
        if (node.IsDirectory)
        {
            ReadBelow((DirectoryInfo)item, node);
        }

        return node;
    }

    private void ReadBelow(DirectoryInfo top, BuildNode root)
    {
        Stack<(DirectoryInfo Directory, BuildNode Node)> directories = new([(top, root)]);
        while (directories.TryPop(out (DirectoryInfo Directory, BuildNode Node) next))
        {
            foreach (FileSystemInfo item in next.Directory.EnumerateFileSystemInfos())
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Invoke(++_items);
                BuildNode node =
                    TreeTarget.EnterName(next.Node, Encoding.UTF8.GetBytes(item.Name), NodeOf(item));
                if (node.IsDirectory)
                {
                    directories.Push(((DirectoryInfo)item, node));
                }
            }
        }
    }

    private BuildNode NodeOf(FileSystemInfo item)
    {
        bool isLink = item.LinkTarget is not null;
        bool isDirectory = !isLink && item is DirectoryInfo;
        uint type = isLink ? ModeBits.S_IFLNK : isDirectory ? ModeBits.S_IFDIR : ModeBits.S_IFREG;
        uint bits = OperatingSystem.IsWindows() || isLink
            ? isLink ? LinkMode : isDirectory ? DirectoryMode : FileMode
            : (uint)item.UnixFileMode & ModeBits.PermissionMask;
        BuildNode node = new(type | bits)
        {
            AccessTime = UnixTime.From(item.LastAccessTimeUtc),
            ModifyTime = UnixTime.From(item.LastWriteTimeUtc),
            ChangeTime = target.Now,
        };
        if (isLink)
        {
            // What an image holds has slashes, whatever the host.
            node.Target = Encoding.UTF8.GetBytes(
                OperatingSystem.IsWindows() ? item.LinkTarget!.Replace('\\', '/') : item.LinkTarget!);
        }
        else if (item is FileInfo file)
        {
            node.SizeBytes = file.Length;
            node.Content = file.Length > 0 ? new PortableFileContent(file.FullName) : null;
        }

        target.Adjust(node);
        return node;
    }
}
