// A tree in an image.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Cli.Output;
using Faultline.Paths;
using Faultline.Trees;
using Faultline.Vfs.Inodes;

namespace Faultline.Cli.Diffing;

/// <summary>A tree in an image.</summary>
internal sealed class ImageSide(FileSystem volume, UnixPath top, Action<TreeProblem> onProblem) : IDiffSide
{
    public SortedDictionary<string, DiffItem> List()
    {
        SortedDictionary<string, DiffItem> items = new(StringComparer.Ordinal);
        foreach (TreeEntry entry in volume.EnumerateTree(top, onProblem))
        {
            if (entry.Event == TreeEvent.Enter)
            {
                items[entry.Path.ToString()] = ItemOf(entry);
            }
        }

        return items;
    }

    public Stream Open(string path) => volume.OpenRead(PathOf(path));

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
            TargetOf(path, attributes),
            XattrsOf(path));
    }

    private string? TargetOf(UnixPath path, InodeAttributes attributes)
    {
        if (attributes.Type is ModeBits.S_IFCHR or ModeBits.S_IFBLK)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{attributes.DeviceMajor}, {attributes.DeviceMinor}");
        }

        try
        {
            return attributes.IsSymbolicLink ? volume.ReadLink(path).ToString() : null;
        }
        catch (FileSystemException exception)
        {
            onProblem(new TreeProblem(path, exception.Error));
            return null;
        }
    }

    private string? XattrsOf(UnixPath path)
    {
        try
        {
            SortedSet<string> all = new(StringComparer.Ordinal);
            foreach (XattrItem item in volume.GetXattrs(path))
            {
                _ = all.Add($"{item.Name}=0x{Convert.ToHexStringLower(item.Value.Span)}");
            }

            StringBuilder text = new();
            return text.AppendJoin(' ', all).ToString();
        }
        catch (FileSystemException exception)
        {
            onProblem(new TreeProblem(path, exception.Error));
            return null;
        }
    }
}
