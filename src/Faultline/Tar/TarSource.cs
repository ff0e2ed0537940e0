// Enters what an archive holds into a tree. Contents are read later, when they are written.
//
// An archive is somebody else's word: a leading slash is left away, ".." is refused wherever a name has it, symbolic
// links are entered and never followed, a hard link names what the tree holds already and nothing else.

using System;
using System.Collections.Generic;
using System.Text;
using System.Threading;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Building;
using Faultline.Ext.Building;

namespace Faultline.Tar;

/// <summary>Enters what an archive holds into a tree.</summary>
/// <param name="archive">The archive; used until the volume is written.</param>
/// <param name="target">The tree.</param>
/// <param name="progress">Hears of the number of items, or null.</param>
/// <param name="cancellation">Ends it.</param>
internal sealed class TarSource(
    ArchiveBytes archive, TreeTarget target, Action<long>? progress, CancellationToken cancellation)
{
    private const string SchilyXattr = "SCHILY.xattr.";
    private const string LibarchiveXattr = "LIBARCHIVE.xattr.";
    private const string AccessAcl = "system.posix_acl_access";
    private const string DefaultAcl = "system.posix_acl_default";

    private readonly OwnerNames _names = new();
    private readonly List<(BuildNode Node, string Attribute, string Text)> _acls = [];
    private bool _hasAbsolute;

    /// <summary>Enters all of it.</summary>
    /// <errors>FsException: as <see cref="TarReader.Next"/>; EINVAL, ENOTDIR, ENOENT: a name or link that cannot be,
    /// by name.</errors>
    internal void Read()
    {
        TarReader reader = new(archive);
        long items = 0;
        while (reader.Next() is TarEntry entry)
        {
            cancellation.ThrowIfCancellationRequested();
            _names.Learn(entry);
            Enter(entry);
            items++;
            progress?.Invoke(items);
        }

        if (_acls.Count > 0)
        {
            _names.Learn(target);
            ResolveAcls();
        }
    }

    private void Enter(TarEntry entry)
    {
        if (entry.Name.IsEmpty)
        {
            throw new FsException(FaultlineReasons.ArchiveName.With(archive.Name));
        }

        if (entry.Name.Span[0] == (byte)'/' && !_hasAbsolute)
        {
            _hasAbsolute = true;
            target.Notes.Add($"{archive.Name}: a leading / is left away from its names");
        }

        BuildNode node = entry.Type == (byte)'1' ? LinkOf(entry) : NodeOf(entry);
        target.Enter(entry.Name, node).ThrowIfError();
    }

    // The contents, when the archive repeats them with a link, are those of the file.
    private BuildNode LinkOf(TarEntry entry)
    {
        target.Find(entry.LinkName, out BuildNode? node).ThrowIfError();
        return node is null || node.IsDirectory
            ? throw new FsException(FaultlineReasons.ArchiveLink.With($"{entry.Name} to {entry.LinkName}"))
            : node;
    }

    private BuildNode NodeOf(TarEntry entry)
    {
        uint type = entry.Type switch
        {
            (byte)'2' => ModeBits.S_IFLNK,
            (byte)'3' => ModeBits.S_IFCHR,
            (byte)'4' => ModeBits.S_IFBLK,
            (byte)'5' => ModeBits.S_IFDIR,
            (byte)'6' => ModeBits.S_IFIFO,
            _ => ModeBits.S_IFREG,
        };
        BuildNode node = new(type | entry.Mode)
        {
            Uid = entry.Uid,
            Gid = entry.Gid,
            ModifyTime = entry.ModifyTime,
            AccessTime = entry.AccessTime ?? entry.ModifyTime,
            ChangeTime = entry.ChangeTime ?? target.Now,
            DeviceMajor = entry.DeviceMajor,
            DeviceMinor = entry.DeviceMinor,
        };
        if (node.IsSymbolicLink)
        {
            node.Target = entry.LinkName.Bytes;
        }

        if (node.IsRegular)
        {
            node.SizeBytes = entry.SizeBytes;
            node.Ranges = entry.Sparse?.Ranges;
            node.Content = entry.SizeBytes == 0 ? null : new TarContent(archive, entry.DataOffset, entry.Sparse);
        }

        if (target.Options.KeepsXattrs)
        {
            AddXattrs(entry, node);
        }

        target.Adjust(node);
        return node;
    }

    private void AddXattrs(TarEntry entry, BuildNode node)
    {
        SortedDictionary<string, byte[]> found = new(StringComparer.Ordinal);
        foreach ((string key, byte[] value) in entry.Extended.Records)
        {
            if (key.StartsWith(SchilyXattr, StringComparison.Ordinal))
            {
                string name = key[SchilyXattr.Length..].Replace("%3D", "=", StringComparison.Ordinal)
                    .Replace("%25", "%", StringComparison.Ordinal);
                found[name] = value;
            }
            else if (key.StartsWith(LibarchiveXattr, StringComparison.Ordinal))
            {
                _ = found.TryAdd(Uri.UnescapeDataString(key[LibarchiveXattr.Length..]), Base64Of(entry, value));
            }
            else if (key == "RHT.security.selinux")
            {
                // GNU tar leaves the zero at its end away.
                _ = found.TryAdd("security.selinux", [.. value, .. value[^1..] is [0] ? (byte[])[] : [0]]);
            }
        }

        AddAcl(entry, node, found, "SCHILY.acl.access", AccessAcl);
        AddAcl(entry, node, found, "SCHILY.acl.default", DefaultAcl);
        if (found.Count == 0)
        {
            return;
        }

        List<BuildXattr> xattrs = [];
        foreach ((string name, byte[] value) in found)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            if (XattrRules.IsStored(bytes))
            {
                xattrs.Add(new BuildXattr(bytes, value));
            }
            else
            {
                target.Notes.Add($"{entry.Name}: attribute {name} is not stored");
            }
        }

        node.Xattrs = xattrs;
        AclModes.FollowAcl(node);
    }

    private byte[] Base64Of(TarEntry entry, byte[] value)
    {
        try
        {
            string text = Encoding.ASCII.GetString(value).TrimEnd('=');
            return Convert.FromBase64String(text.PadRight((int)Bits.AlignUp(text.Length, 4), '='));
        }
        catch (FormatException)
        {
            throw new FsException(FaultlineReasons.ArchiveXattr.With($"{archive.Name}: {entry.Name}"));
        }
    }

    // Names are resolved when all is there: passwd may come last. What says no more than the mode is no list.
    private void AddAcl(
        TarEntry entry, BuildNode node, SortedDictionary<string, byte[]> found, string key, string attribute)
    {
        bool hasText = entry.Extended.Find(key) is not null && !found.ContainsKey(attribute);
        if (hasText)
        {
            _acls.Add((node, attribute, Encoding.UTF8.GetString(entry.Extended.Find(key)!)));
        }
    }

    private void ResolveAcls()
    {
        foreach ((BuildNode node, string attribute, string text) in _acls)
        {
            byte[] value = AclText.Parse(text, _names)
                ?? throw new FsException(
                    FaultlineReasons.ArchiveAcl.With($"{archive.Name}: {text.ReplaceLineEndings(",")}"));
            bool saysNoMore = attribute == AccessAcl && value.Length <= MinimalAclBytes;
            if (!saysNoMore)
            {
                node.Xattrs = [.. node.Xattrs, new BuildXattr(Encoding.ASCII.GetBytes(attribute), value)];
                AclModes.FollowAcl(node);
                target.Adjust(node);
            }
        }
    }

    private const int MinimalAclBytes = 4 + (3 * 8); // owner, group, others
}
