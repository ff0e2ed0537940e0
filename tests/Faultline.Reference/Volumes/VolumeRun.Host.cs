// Random operations by the running kernel on a volume that it mounted, and on the model in step.

using System;
using System.IO;
using Faultline.Abi;

namespace Faultline.Reference.Volumes;

internal sealed partial class VolumeRun
{
    internal void RunHost(string root, long steps)
    {
        for (long step = 0; step < steps; step++)
        {
            Steps++;
            StepHost(root);
        }
    }

    private void StepHost(string root)
    {
        switch (_random.Below(10))
        {
            case < 3:
                CreateHost(root);
                break;

            case < 5:
                ModelName? victim = PickName(static name => !name.Node.IsDirectory || name.Node.Names!.Count == 0);
                if (victim is not null)
                {
                    RemoveHost(root, victim);
                }

                break;

            case 5:
                MoveHost(root);
                break;

            case 6:
                ModelName? cut = PickName(static name => name.Node.IsFile);
                if (cut is not null)
                {
                    long size = _random.Below(cut.Node.Contents.SizeBytes + 5000);
                    using FileStream stream = new(root + cut.Path, FileMode.Open, FileAccess.Write);
                    stream.SetLength(size);
                    cut.Node.Contents.SetSize(size);
                }

                break;

            default:
                ModelName? target = PickName(static name => name.Node.IsFile);
                if (target is not null && Fullness(root) < FullLimit)
                {
                    WriteHost(root, target, Position(target.Node), 1 + (int)_random.Below(60_000));
                }

                break;
        }
    }

    private static double Fullness(string root)
    {
        DriveInfo drive = new(root);
        return 1.0 - ((double)drive.AvailableFreeSpace / drive.TotalSize);
    }

    private void CreateHost(string root)
    {
        ModelName parent = PickDirectory();
        string name = FreshName();
        string path = root + parent.Path + "/" + name;
        switch (_random.Below(6))
        {
            case 0:
                _ = Directory.CreateDirectory(path);
                Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFDIR) { Links = 2, Mode = 0x1ED }));
                break;

            case 1:
                string target = new('h', 1 + (int)_random.Below(200));
                _ = File.CreateSymbolicLink(path, target);
                Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFLNK) { Target = target, Mode = 0x1FF }));
                break;

            default:
                using (File.Create(path))
                {
                    Add(new ModelName(parent, name, new ModelNode(ModeBits.S_IFREG)));
                }

                break;
        }
    }

    private void RemoveHost(string root, ModelName victim)
    {
        if (victim.Node.IsDirectory)
        {
            Directory.Delete(root + victim.Path);
        }
        else
        {
            File.Delete(root + victim.Path);
        }

        Drop(victim);
    }

    private void MoveHost(string root)
    {
        ModelName? source = PickName(static _ => true);
        ModelName target = PickDirectory();
        if (source is null || (source.Node.IsDirectory && target.IsBelow(source)))
        {
            return;
        }

        string fresh = FreshName();
        string to = root + target.Path + "/" + fresh;
        if (source.Node.IsDirectory)
        {
            Directory.Move(root + source.Path, to);
        }
        else
        {
            File.Move(root + source.Path, to);
        }

        Move(source, target, fresh);
    }

    private void WriteHost(string root, ModelName name, long position, int length)
    {
        _stamp++;
        Span<byte> bytes = _buffer.AsSpan(0, length);
        StampedContents.Fill(bytes, _stamp, 0);
        using FileStream stream = new(root + name.Path, FileMode.Open, FileAccess.Write);
        stream.Position = position;
        stream.Write(bytes);
        stream.Flush();
        name.Node.Contents.Write(position, length, _stamp);
    }
}
