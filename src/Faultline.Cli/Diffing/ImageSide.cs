// A tree in an image.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using Faultline.Abi;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Diffing;

/// <summary>A tree in an image.</summary>
internal sealed class ImageSide(FileSystem volume, UnixPath top, Action<TreeProblem> onProblem) : IDiffSide
{
    // By number: a path may be longer than a walk takes.
    private readonly Dictionary<string, ulong> _inodes = new(StringComparer.Ordinal);

    public bool SeesTrusted => true;

    public SortedDictionary<string, DiffItem> List()
    {
        SortedDictionary<string, DiffItem> items = new(StringComparer.Ordinal);
        foreach (TreeEntry entry in volume.EnumerateTree(top, onProblem))
        {
            if (entry.Event == TreeEvent.Enter)
            {
                string path = entry.Path.ToString();
                items[path] = ItemOf(entry);
                _inodes[path] = entry.Stat.Number.Value;
            }
        }

        return items;
    }

    public Stream Open(string path) => volume.OpenInode(_inodes[path], PathOf(path)).AsStream(ownsHandle: true);

    private UnixPath PathOf(string path) => path.Length == 0 ? top : top.Append(new UnixPath(path).Span);

    private DiffItem ItemOf(in TreeEntry entry)
    {
        InodeAttributes attributes = entry.Stat.Attributes;
        UnixPath path = PathOf(entry.Path.ToString());
        return new DiffItem(
            Json.TypeName(attributes.Type),
            attributes.IsSymbolicLink ? null : attributes.Mode & ModeBits.PermissionMask,
            $"{attributes.Uid}:{attributes.Gid}",
            attributes.SizeBytes,
            attributes.ModifyTime,
            TargetOf(path, entry.Stat),
            XattrsOf(path, entry.Stat.Number.Value));
    }

    private string? TargetOf(UnixPath path, in InodeStat stat)
    {
        InodeAttributes attributes = stat.Attributes;
        if (attributes.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{attributes.DeviceMajor}, {attributes.DeviceMinor}");
        }

        try
        {
            return attributes.IsSymbolicLink ? volume.ReadLinkInode(stat.Number.Value).ToString() : null;
        }
        catch (FileSystemException exception)
        {
            onProblem(new TreeProblem(path, exception.Error));
            return null;
        }
    }

    private List<string>? XattrsOf(UnixPath path, ulong inode)
    {
        try
        {
            List<string> all = [];
            foreach (XattrItem item in volume.GetXattrsInode(inode))
            {
                all.Add($"{item.Name}=0x{Convert.ToHexStringLower(item.Value.Span)}");
            }

            all.Sort(StringComparer.Ordinal);
            return all;
        }
        catch (FileSystemException exception)
        {
            onProblem(new TreeProblem(path, exception.Error));
            return null;
        }
    }
}
