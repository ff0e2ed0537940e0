// Operations on names and attributes.

using System;
using System.Collections.Generic;
using System.Linq;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Files;
using Faultline.Vfs.Walk;

namespace Faultline.Lab.Crash;

/// <content>Names.</content>
internal sealed partial class CrashWorkload
{
    private const int FastTargetMax = 59;

    private void ChangeNames()
    {
        List<(string Path, TreeNode Node)> nodes = Nodes();
        bool isFull = nodes.Count >= NamesMax;
        (string path, TreeNode directory) = Pick(Directories());
        string name = NewName();
        long choice = isFull ? 8 + _random.Below(12) : _random.Below(20);
        switch (choice)
        {
            case < 3:
                Create(path, directory, name);
                break;
            case 3:
                MakeDirectory(path, directory, name);
                break;
            case 4:
                MakeLink(path, directory, name);
                break;
            case 5:
                MakeNode(path, directory, name);
                break;
            case 6:
                LinkUnnamed(path, directory, name);
                break;
            case 7:
                Link(path, directory, name);
                break;
            case < 11:
                Remove();
                break;
            case < 15:
                Rename(path, directory, name);
                break;
            default:
                ChangeAttributes();
                break;
        }
    }

    private void Create(string path, TreeNode directory, string name)
    {
        _what = "create";
        using (OpenFile file = _mount.Open(
            Bytes($"{path}/{name}"), OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_RDWR, 0x1A4).OrThrow())
        {
            Enter(directory, name, new TreeNode(ModeBits.S_IFREG | 0x1A4) { File = Model.NewFile() });
        }
    }

    private void MakeDirectory(string path, TreeNode directory, string name)
    {
        _what = "mkdir";
        Must(_mount.Mkdir(Bytes($"{path}/{name}"), 0x1ED));
        Enter(directory, name, new TreeNode(ModeBits.S_IFDIR | 0x1ED) { Links = 1 });
    }

    private void MakeLink(string path, TreeNode directory, string name)
    {
        bool isFast = _random.OneIn(2);
        _what = isFast ? "symlink, fast" : "symlink, slow";
        string target = new('t', isFast ? 1 + (int)_random.Below(FastTargetMax) : 100 + (int)_random.Below(800));
        Must(_mount.Symlink(Bytes(target), Bytes($"{path}/{name}")));
        Enter(directory, name, new TreeNode(ModeBits.S_IFLNK | 0x1FF) { Target = target });
    }

    private void MakeNode(string path, TreeNode directory, string name)
    {
        _what = "mknod";
        uint mode = (_random.OneIn(2) ? ModeBits.S_IFIFO : ModeBits.S_IFCHR) | 0x1A4;
        Must(_mount.Mknod(Bytes($"{path}/{name}"), mode, 5, 300));
        Enter(directory, name, new TreeNode(mode));
    }

    private void LinkUnnamed(string path, TreeNode directory, string name)
    {
        _what = "O_TMPFILE and link";
        using OpenFile file = _mount.Open(
            Bytes(path.Length == 0 ? "/" : path), OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0x1A4).OrThrow();
        TreeNode node = new(ModeBits.S_IFREG | 0x1A4) { File = Model.NewFile() };
        byte[] bytes = new byte[_setup.BlockBytes * 2];
        node.File.Fill(0, bytes);
        node.File.Add(_start, bytes);
        _ = file.Write(0, bytes).OrThrow();
        Must(_mount.Link(file, Bytes($"{path}/{name}")));
        Enter(directory, name, node);
    }

    private void Link(string path, TreeNode directory, string name)
    {
        List<(string Path, TreeNode Node)> from = [.. Nodes().Where(static item => !item.Node.IsDirectory)];
        if (from.Count == 0)
        {
            Create(path, directory, name);
            return;
        }

        _what = "link";
        (string old, TreeNode node) = Pick(from);
        Must(_mount.Link(Bytes(old), Bytes($"{path}/{name}"), FinalLink.Keep));
        Enter(directory, name, node);
    }

    private void Enter(TreeNode directory, string name, TreeNode node)
    {
        bool isNew = node.Links <= 1 && !Nodes().Any(item => ReferenceEquals(item.Node, node));
        directory.Names.Add(name, node);
        node.Links++;
        directory.Links += node.IsDirectory ? 1 : 0;
        Note(directory, node);
        node.FirstTree = isNew ? Model.LastTree : node.FirstTree;
    }

    private void Note(params TreeNode[] changed)
    {
        Model.Changed(_start, _what);
        foreach (TreeNode node in changed)
        {
            node.LastTree = Model.LastTree;
        }
    }

    private void Remove()
    {
        List<(string Path, TreeNode Node)> from =
            [.. Nodes().Where(static item => item.Path is not "" and not "/lost+found" && item.Node.Names.Count == 0)];
        if (from.Count == 0)
        {
            ChangeAttributes();
            return;
        }

        (string path, TreeNode node) = Pick(from);
        if (node.IsDirectory)
        {
            _what = "rmdir";
            Must(_mount.Rmdir(Bytes(path)));
        }
        else
        {
            bool isOpen = node.File is not null && _random.OneIn(2);
            _what = isOpen ? "unlink, open" : "unlink";
            if (isOpen)
            {
                _unlinked.Add(Open(path));
            }

            Must(_mount.Unlink(Bytes(path)));
            CloseOne();
        }

        TreeNode parent = ParentOf(path, out string name);
        _ = parent.Names.Remove(name);
        node.Links--;
        parent.Links -= node.IsDirectory ? 1 : 0;
        Note(parent, node);
    }

    private void CloseOne()
    {
        if (_unlinked.Count > 2)
        {
            _unlinked[0].Dispose();
            _unlinked.RemoveAt(0);
        }
    }

    private TreeNode ParentOf(string path, out string name)
    {
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        TreeNode node = Model.Root;
        foreach (string part in parts.AsSpan(0, parts.Length - 1))
        {
            node = node.Names[part];
        }

        name = parts[^1];
        return node;
    }

    private void Rename(string path, TreeNode directory, string name)
    {
        List<(string Path, TreeNode Node)> from =
            [.. Nodes().Where(item => item.Path is not "" and not "/lost+found"
                && !$"{path}/".StartsWith(item.Path + "/", StringComparison.Ordinal))];
        if (from.Count == 0)
        {
            ChangeAttributes();
            return;
        }

        (string old, TreeNode node) = Pick(from);
        TreeNode parent = ParentOf(old, out string oldName);
        List<string> others = [.. directory.Names.Keys.Where(key => !ReferenceEquals(directory.Names[key], node)
            && !directory.Names[key].IsDirectory && !node.IsDirectory)];
        long kind = others.Count == 0 ? 0 : _random.Below(3);
        if (kind > 0)
        {
            name = Pick(others);
        }

        _what = kind switch
        {
            0 => ReferenceEquals(parent, directory) ? "rename" : "rename across directories",
            1 => "rename, replacing",
            _ => "rename, exchanging",
        };
        RenameFlags flags = kind == 2 ? RenameFlags.RENAME_EXCHANGE : RenameFlags.None;
        Must(_mount.Rename(Bytes(old), Bytes($"{path}/{name}"), flags));
        _ = directory.Names.Remove(name, out TreeNode? replaced);
        _ = parent.Names.Remove(oldName);
        directory.Names.Add(name, node);
        if (kind == 2)
        {
            parent.Names.Add(oldName, replaced!);
        }
        else if (replaced is not null)
        {
            replaced.Links--;
        }

        parent.Links -= node.IsDirectory ? 1 : 0;
        directory.Links += node.IsDirectory ? 1 : 0;
        Note(kind > 0 ? [parent, directory, node, replaced!] : [parent, directory, node]);
    }

    private void ChangeAttributes()
    {
        (string path, TreeNode node) = Pick([.. Nodes().Where(static item => item.Path != "/lost+found"
            && (item.Node.Mode & ModeBits.S_IFMT) is ModeBits.S_IFREG or ModeBits.S_IFDIR)]);
        byte[] at = Bytes(path.Length == 0 ? "/" : path);
        switch (_random.Below(5))
        {
            case 0:
                _what = "chmod";
                node.Mode = (node.Mode & ModeBits.S_IFMT) | 0x100 | (uint)_random.Below(0x200);
                Must(_mount.Chmod(at, node.Mode & ModeBits.PermissionMask));
                break;

            case 1:
                _what = "chown";
                node.Uid = (uint)_random.Below(100_000);
                node.Gid = (uint)_random.Below(100_000);
                Must(_mount.Chown(at, node.Uid, node.Gid));
                break;

            case 2 when node.Attributes.Count > 0:
                _what = "removexattr";
                string gone = node.Attributes.Keys.First();
                Must(_mount.RemoveXattr(at, Bytes(gone)));
                _ = node.Attributes.Remove(gone);
                break;

            default:
                SetAttribute(at, node);
                break;
        }

        Note(node);
    }

    private void SetAttribute(byte[] at, TreeNode node)
    {
        int length = (int)_random.Below(3) switch
        {
            0 => 1 + (int)_random.Below(30),
            1 => 100 + (int)_random.Below(200),
            _ => 1 + (int)_random.Below(_setup.AttributeBytesMax),
        };
        string name = _random.OneIn(2) ? "user.a" : "user.b";
        byte[] value = new byte[length];
        _random.Fill(value.AsSpan(0, int.Min(length, 16)));
        Result set = _mount.SetXattr(at, Bytes(name), value);
        bool isFull = !set.IsOk && set.Error.Errno is Errno.ENOSPC or Errno.E2BIG;
        _what = isFull ? "setxattr, no room" : length < 60 ? "setxattr, small" : "setxattr, large";
        if (!isFull)
        {
            Must(set);
            node.Attributes[name] = value;
        }
    }
}
