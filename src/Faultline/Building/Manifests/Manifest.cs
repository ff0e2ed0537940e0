// Applies a manifest to a tree: what is there is changed as its lines say, what is not there and has a type is made.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.IO.Enumeration;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Ext.Building;
using Faultline.Paths;
using Faultline.Tar;

namespace Faultline.Building.Manifests;

/// <summary>Applies a manifest to a tree.</summary>
/// <param name="target">The tree.</param>
/// <param name="path">Host path of the manifest; contents that it names are relative to its directory.</param>
internal sealed class Manifest(TreeTarget target, string path)
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x1A4; // 0644
    private const uint LinkMode = 0x1FF; // 0777

    /// <summary>Applies it.</summary>
    /// <errors>FsException: EINVAL, ENOENT, ENOTDIR: a line, by its number; what the host says.</errors>
    internal void Apply()
    {
        OwnerNames owners = new();
        owners.Learn(target);
        try
        {
            using StreamReader reader = new(path, Encoding.UTF8);
            foreach (ManifestEntry entry in new ManifestParser(path, owners).Read(reader))
            {
                Apply(entry);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new FsException(FaultlineReasons.ManifestOpen.With(exception.Message));
        }
    }

    private string Describe(ManifestEntry entry) =>
        string.Create(CultureInfo.InvariantCulture, $"{path}:{entry.Line}: {entry.Path}");

    private void Apply(ManifestEntry entry)
    {
        List<ReadOnlyMemory<byte>> names = TreeTarget.Split(entry.Path).OrThrow();
        List<Place> places = Match(names);
        bool isPattern = names.Exists(static name => IsPattern(name.Span));
        if (entry.IsRemoved)
        {
            places.ForEach(static place => _ = place.Directory?.Children!.Remove(place.Name));
        }
        else if (entry.Link is not null && entry.IsHardLink)
        {
            target.Find(entry.Link.Value, out BuildNode? existing).ThrowIfError();
            target.Enter(entry.Path, existing is { IsDirectory: false }
                ? existing
                : throw new FsException(FaultlineReasons.ManifestLink.With(Describe(entry)))).ThrowIfError();
            return;
        }
        else if (places.Count == 0 && entry.Type is not null && !isPattern)
        {
            BuildNode made = New(entry, entry.Type.Value);
            target.Enter(entry.Path, made).ThrowIfError();
            return;
        }

        if (places.Count == 0 && !entry.IsOptional)
        {
            throw new FsException(FaultlineReasons.ManifestMissing.With(Describe(entry)));
        }

        foreach (Place place in entry.IsRemoved ? [] : places)
        {
            if (entry.Type is uint type && type != place.Node.Type)
            {
                target.Enter(place.Directory is null ? UnixPath.Root : entry.Path, New(entry, type)).ThrowIfError();
                continue;
            }

            Change(entry, place.Node);
        }
    }

    private BuildNode New(ManifestEntry entry, uint type)
    {
        uint mode = type == ModeBits.S_IFDIR ? DirectoryMode : type == ModeBits.S_IFLNK ? LinkMode : FileMode;
        BuildNode node = new(type | mode)
        {
            AccessTime = target.Now,
            ModifyTime = target.Now,
            ChangeTime = target.Now,
        };
        bool needsLink = type == ModeBits.S_IFLNK && entry.Link is null;
        bool needsDevice = type is ModeBits.S_IFCHR or ModeBits.S_IFBLK && entry.Device is null;
        if (needsLink || needsDevice)
        {
            throw new FsException(FaultlineReasons.ManifestNeeds.With(
                $"{Describe(entry)}: {(needsLink ? "link=" : "device=")}"));
        }

        Change(entry, node);
        return node;
    }

    private void Change(ManifestEntry entry, BuildNode node)
    {
        node.Mode = node.Type | (entry.Mode ?? (node.Mode & ModeBits.PermissionMask));
        node.Uid = entry.Uid ?? node.Uid;
        node.Gid = entry.Gid ?? node.Gid;
        (node.DeviceMajor, node.DeviceMinor) = entry.Device ?? (node.DeviceMajor, node.DeviceMinor);
        if (entry.Time is UnixTime time)
        {
            (node.AccessTime, node.ModifyTime) = (time, time);
        }

        if (entry.Link is UnixPath link && node.IsSymbolicLink)
        {
            node.Target = link.Bytes;
        }

        if (entry.Contents is not null && node.IsRegular)
        {
            SetContents(entry, node);
        }

        foreach (BuildXattr xattr in entry.Xattrs)
        {
            List<BuildXattr> all = [.. node.Xattrs];
            _ = all.RemoveAll(other => other.Name.Span.SequenceEqual(xattr.Name.Span));
            node.Xattrs = [.. all, xattr];
        }

        if (entry.Mode is null)
        {
            AclModes.FollowAcl(node);
        }
        else
        {
            AclModes.FollowMode(node);
        }
    }

    private void SetContents(ManifestEntry entry, BuildNode node)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        string file = Path.GetFullPath(Path.Combine(folder, entry.Contents!));
        FileInfo info = new(file);
        if (!info.Exists)
        {
            throw new FsException(FaultlineReasons.ManifestContents.With($"{Describe(entry)}: {file}"));
        }

        using FileStream opened = info.OpenRead();
        node.SizeBytes = opened.Length;
        node.Ranges = null;
        node.Content = opened.Length > 0 ? new PortableFileContent(file) : null;
        node.ModifyTime = entry.Time ?? UnixTime.From(info.LastWriteTimeUtc);
        node.AccessTime = node.ModifyTime;
    }

    private static bool IsPattern(ReadOnlySpan<byte> name) => name.IndexOfAny((byte)'*', (byte)'?') >= 0;

    // What a path names; of a pattern, in order. Two stars at the end stand for everything below.
    private List<Place> Match(List<ReadOnlyMemory<byte>> names)
    {
        List<Place> places = [new Place(null, default, target.Root)];
        for (int index = 0; index < names.Count; index++)
        {
            List<Place> next = [];
            bool isDeep = index == names.Count - 1 && names[index].Span.SequenceEqual("**"u8);
            foreach (Place place in places)
            {
                if (place.Node.IsDirectory)
                {
                    Add(place.Node, names[index], isDeep, next);
                }
            }

            places = next;
        }

        return places;
    }

    private static void Add(BuildNode directory, ReadOnlyMemory<byte> name, bool isDeep, List<Place> places)
    {
        if (!IsPattern(name.Span))
        {
            if (directory.Children!.TryGet(name, out BuildNode? node))
            {
                places.Add(new Place(directory, name, node));
            }

            return;
        }

        string pattern = new UnixPath(name).ToString();
        Stack<BuildNode> directories = new([directory]);
        while (directories.TryPop(out BuildNode? next))
        {
            foreach ((ReadOnlyMemory<byte> child, BuildNode node) in next.Children!.Sorted())
            {
                if (isDeep || FileSystemName.MatchesSimpleExpression(pattern, new UnixPath(child).ToString(), false))
                {
                    places.Add(new Place(next, child, node));
                }

                if (isDeep && node.IsDirectory)
                {
                    directories.Push(node);
                }
            }
        }
    }

    private readonly record struct Place(BuildNode? Directory, ReadOnlyMemory<byte> Name, BuildNode Node);
}
