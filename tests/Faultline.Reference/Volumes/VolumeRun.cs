// Random operations on a mounted volume and on the model in step.
//
// VolumeRun.cs          the choice, names             VolumeRun.Data.cs      contents and space
// VolumeRun.Check.cs    comparison with a mount of ours, and with the kernel's

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;

namespace Faultline.Reference.Volumes;

internal sealed partial class VolumeRun
{
    private const double FullLimit = 0.93;
    private const double EmptyLimit = 0.45;

    private readonly Prng _random;
    private readonly ModelName _root = new(null, "", new ModelNode(ModeBits.S_IFDIR) { Links = 3 });
    private readonly List<ModelName> _names = [];
    private readonly List<ModelName> _directories = [];
    private readonly SortedDictionary<string, (long Done, long Refused)> _counts = new(StringComparer.Ordinal);
    private readonly int _namesWanted;
    private ulong _stamp;
    private long _serial;

    internal VolumeRun(ulong seed, int namesWanted)
    {
        Seed = seed;
        _random = new Prng(seed);
        _stamp = seed * 1000003;
        _namesWanted = namesWanted;
        _directories.Add(_root);
    }

    internal ulong Seed { get; }

    internal long Steps { get; private set; }

    internal int NameCount => _names.Count;

    internal double FullnessMin { get; private set; } = 1;

    internal double FullnessMax { get; private set; }

    internal Mount Mount { get; set; } = null!;

    internal long Done => _counts.Values.Sum(static count => count.Done);

    internal long Refused => _counts.Values.Sum(static count => count.Refused);

    internal string Counts() => string.Join(
        ", ",
        _counts.Select(static pair => string.Create(
            CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value.Done}/{pair.Value.Done + pair.Value.Refused}")));

    internal void Run(long steps)
    {
        for (long step = 0; step < steps; step++)
        {
            Steps++;
            Step();
        }
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private void Step()
    {
        double full = Fullness();
        if (_names.Count >= _namesWanted)
        {
            FullnessMin = Math.Min(FullnessMin, full);
        }

        FullnessMax = Math.Max(FullnessMax, full);
        bool isFull = full > FullLimit;
        bool isEmpty = full < EmptyLimit;
        int choice = (int)_random.Below(100);
        bool wantsNames = _names.Count < _namesWanted;
        if (wantsNames && choice < 60)
        {
            CreateSomething();
            return;
        }

        switch (choice)
        {
            case < 8: CreateSomething(); break;
            case < 17: RemoveSomething(); break;
            case < 24: Rename(); break;
            case < 27: Link(); break;
            case < 32: Attributes(); break;
            case < 38: Xattr(); break;
            case < 42: Sync(); break;
            case < 60 when isFull: Shrink(); break;
            case < 60 when isEmpty: Grow(); break;
            case < 60: Write(); break;
            case < 63: CopyRange(); break;
            case < 80: Write(); break;
            case < 92: SpaceOperation(); break;
            default: ReadAndCompare(); break;
        }
    }

    private double Fullness()
    {
        StatFs space = Mount.SuperBlock.StatFs();
        return 1.0 - ((double)space.BlocksAvailable / space.Blocks);
    }

    // True when done; ENOSPC refuses, anything else fails the test.
    private bool Judge(string operation, Result result, params ReadOnlySpan<Errno> allowed)
    {
        _ = _counts.TryGetValue(operation, out (long Done, long Refused) count);
        (long done, long refused) = count;
        if (result.IsOk)
        {
            _counts[operation] = (done + 1, refused);
            return true;
        }

        bool isAllowed = result.Error.Errno == Errno.ENOSPC || allowed.Contains(result.Error.Errno);
        Assert.True(isAllowed, string.Create(
            CultureInfo.InvariantCulture, $"seed {Seed}, step {Steps}: {operation}: {result.Error}"));
        _counts[operation] = (done, refused + 1);
        return false;
    }

    private ModelName? PickName(Func<ModelName, bool> filter)
    {
        for (int attempt = 0; attempt < 20 && _names.Count > 0; attempt++)
        {
            ModelName name = _names[(int)_random.Below(_names.Count)];
            if (filter(name))
            {
                return name;
            }
        }

        return null;
    }

    private ModelName PickDirectory() => _directories[(int)_random.Below(_directories.Count)];

    private string FreshName()
    {
        _serial++;
        int length = _random.OneIn(20) ? (int)_random.Below(200) : (int)_random.Below(12);
        return string.Create(CultureInfo.InvariantCulture, $"n{_serial}") + new string('-', length);
    }

    private void Add(ModelName name)
    {
        name.Slot = _names.Count;
        _names.Add(name);
        name.Parent!.Node.Names!.Add(name.Name, name.Node);
        if (name.Node.IsDirectory)
        {
            _directories.Add(name);
            name.Parent.Node.Links++;
        }
    }

    private void Drop(ModelName name)
    {
        ModelName last = _names[^1];
        _names[name.Slot] = last;
        last.Slot = name.Slot;
        _names.RemoveAt(_names.Count - 1);
        _ = name.Parent!.Node.Names!.Remove(name.Name);
        name.Node.Links--;
        if (name.Node.IsDirectory)
        {
            _ = _directories.Remove(name);
            name.Parent.Node.Links--;
        }
    }

    private void CreateSomething()
    {
        ModelName parent = PickDirectory();
        string name = FreshName();
        string path = parent.Path + "/" + name;
        int kind = (int)_random.Below(20);
        switch (kind)
        {
            case < 14:
                Result<OpenFile> made = Mount.Open(Bytes(path), OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1A4);
                if (Judge("create", made.IsOk ? Result.Ok : made.Error))
                {
                    made.Value.Dispose();
                    Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFREG)));
                }

                break;

            case < 16:
                if (Judge("mkdir", Mount.Mkdir(Bytes(path), 0x1ED)))
                {
                    Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFDIR) { Links = 2, Mode = 0x1ED }));
                }

                break;

            case < 18:
                string target = new('t', 1 + (int)_random.Below(_random.OneIn(3) ? 900 : 80));
                if (Judge("symlink", Mount.Symlink(Bytes(target), Bytes(path))))
                {
                    Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFLNK) { Target = target, Mode = 0x1FF }));
                }

                break;

            case 18:
                if (Judge("mknod", Mount.Mknod(Bytes(path), ModeBits.S_IFIFO | 0x1A4)))
                {
                    Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFIFO)));
                }

                break;

            default:
                CreateUnnamed(parent, name, path);
                break;
        }
    }

    private void CreateUnnamed(ModelName parent, string name, string path)
    {
        byte[] at = Bytes(parent.Path.Length == 0 ? "/" : parent.Path);
        Result<OpenFile> made = Mount.Open(at, OpenFlags.O_TMPFILE | OpenFlags.O_RDWR, 0x1A4);
        if (!Judge("tmpfile", made.IsOk ? Result.Ok : made.Error))
        {
            return;
        }

        using OpenFile file = made.Value;
        ModelNode node = new(ModeBits.S_IFREG);
        WriteTo(file, node, 0, 1 + (int)_random.Below(9000), "tmpfile write");
        if (_random.OneIn(2) && Judge("tmpfile link", Mount.Link(file, Bytes(path))))
        {
            Add(new ModelName(parent, name, node));
        }
    }

    private void RemoveSomething()
    {
        bool isLow = _names.Count < _namesWanted * 11 / 10;
        ModelName? victim = isLow && !_random.OneIn(4)
            ? null
            : PickName(static name => !name.Node.IsDirectory || name.Node.Names!.Count == 0);
        if (victim is null)
        {
            CreateSomething();
            return;
        }

        bool isDirectory = victim.Node.IsDirectory;
        Result removed = isDirectory ? Mount.Rmdir(Bytes(victim.Path)) : Mount.Unlink(Bytes(victim.Path));
        if (Judge(isDirectory ? "rmdir" : "unlink", removed))
        {
            Drop(victim);
        }
    }

    private void Link()
    {
        ModelName? source = PickName(static name => !name.Node.IsDirectory);
        if (source is null)
        {
            return;
        }

        ModelName parent = PickDirectory();
        string name = FreshName();
        if (Judge("link", Mount.Link(Bytes(source.Path), Bytes(parent.Path + "/" + name))))
        {
            source.Node.Links++;
            Add(new ModelName(parent, name, source.Node));
        }
    }

    private void Rename()
    {
        ModelName? source = PickName(static _ => true);
        ModelName? other = _random.OneIn(2) ? PickName(static name => !name.Node.IsDirectory) : null;
        if (source is null)
        {
            return;
        }

        bool isUsable = other is not null && !ReferenceEquals(other, source)
            && !ReferenceEquals(other.Node, source.Node) && !other.IsBelow(source) && !source.IsBelow(other);
        if (isUsable && _random.OneIn(2))
        {
            Exchange(source, other!);
            return;
        }

        if (isUsable && !source.Node.IsDirectory)
        {
            if (Judge("rename over", Mount.Rename(Bytes(source.Path), Bytes(other!.Path))))
            {
                (ModelName? parent, string name, ModelNode node) = (other.Parent, other.Name, source.Node);
                Drop(other);
                Drop(source);
                node.Links++;
                Add(new ModelName(parent, name, node));
            }

            return;
        }

        ModelName target = PickDirectory();
        if (source.Node.IsDirectory && target.IsBelow(source))
        {
            return;
        }

        string fresh = FreshName();
        if (Judge("rename", Mount.Rename(Bytes(source.Path), Bytes(target.Path + "/" + fresh))))
        {
            Move(source, target, fresh);
        }
    }

    private void Move(ModelName source, ModelName target, string name)
    {
        _ = source.Parent!.Node.Names!.Remove(source.Name);
        source.Parent.Node.Links -= source.Node.IsDirectory ? 1 : 0;
        source.Parent = target;
        source.Name = name;
        target.Node.Names!.Add(name, source.Node);
        target.Node.Links += source.Node.IsDirectory ? 1 : 0;
    }

    private void Exchange(ModelName left, ModelName right)
    {
        Result exchanged = Mount.Rename(Bytes(left.Path), Bytes(right.Path), RenameFlags.RENAME_EXCHANGE);
        if (!Judge("exchange", exchanged))
        {
            return;
        }

        (ModelName leftParent, string leftName) = (left.Parent!, left.Name);
        (ModelName rightParent, string rightName) = (right.Parent!, right.Name);
        Move(left, rightParent, rightName + "\0");
        Move(right, leftParent, leftName);
        Move(left, rightParent, rightName);
    }

    private void Attributes()
    {
        ModelName? name = PickName(static name => name.Node.Type is not ModeBits.S_IFLNK);
        if (name is null)
        {
            return;
        }

        byte[] path = Bytes(name.Path);
        switch (_random.Below(3))
        {
            case 0:
                uint mode = (uint)_random.Below(0x200);
                if (Judge("chmod", Mount.Chmod(path, mode)))
                {
                    name.Node.Mode = mode;
                }

                break;

            case 1:
                uint uid = (uint)_random.Below(100_000);
                if (Judge("chown", Mount.Chown(path, uid, null)))
                {
                    name.Node.Uid = uid;
                }

                break;

            default:
                long seconds = _random.Below(4_000_000_000);
                TimeUpdate time = TimeUpdate.Set(new UnixTime(seconds, 5));
                _ = Judge("utimens", Mount.SetTimes(path, TimeUpdate.Now, time));
                break;
        }
    }

    private void Xattr()
    {
        ModelName? name = PickName(static name => name.Node.IsFile || name.Node.IsDirectory);
        if (name is null)
        {
            return;
        }

        byte[] path = Bytes(name.Path);
        string attribute = string.Create(CultureInfo.InvariantCulture, $"user.a{_random.Below(6)}");
        if (name.Node.Xattrs.ContainsKey(attribute) && _random.OneIn(2))
        {
            if (Judge("removexattr", Mount.RemoveXattr(path, Bytes(attribute))))
            {
                _ = name.Node.Xattrs.Remove(attribute);
            }

            return;
        }

        byte[] value = new byte[_random.Below(_random.OneIn(5) ? 700 : 60)];
        _random.Fill(value);
        if (Judge("setxattr", Mount.SetXattr(path, Bytes(attribute), value)))
        {
            name.Node.Xattrs[attribute] = value;
        }
    }

    private void Sync()
    {
        if (_random.OneIn(40))
        {
            _ = Judge("sync", Mount.SuperBlock.Sync());
            return;
        }

        ModelName? name = PickName(static name => name.Node.IsFile);
        if (name is not null)
        {
            using OpenFile file = Mount.Open(Bytes(name.Path), OpenFlags.O_RDWR).OrThrow();
            _ = Judge("fsync", file.Sync(_random.OneIn(2)));
        }
    }
}
