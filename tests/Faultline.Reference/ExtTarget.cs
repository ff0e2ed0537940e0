// Our ext driver on a small volume of mke2fs. When a sequence is over, e2fsck judges what it left.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext;
using Faultline.Iomap.Writing;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Reference;

internal sealed class ExtTarget : IModelTarget
{
    private readonly string _folder = Directory.CreateTempSubdirectory("faultline-model").FullName;
    private readonly FolioPool _pool = new(4L << 20);
    private readonly MemoryDevice _device;
    private readonly SuperBlock _volume;
    private readonly Mount _mount;
    private readonly int _clusterBytes;
    private readonly Dictionary<string, OpenFile> _files = [];

    internal ExtTarget(long sizeBytes, params string[] arguments)
    {
        int option = Array.IndexOf(arguments, "-C");
        _clusterBytes = option < 0 ? 0 : int.Parse(arguments[option + 1], CultureInfo.InvariantCulture);
        File.WriteAllBytes(ImagePath, new byte[sizeBytes]);
        _ = Tool.Run("mke2fs", ["-q", "-F", "-N", "32", "-m", "0", .. arguments, ImagePath]);
        _device = new MemoryDevice(sizeBytes);
        _device.Write(0, File.ReadAllBytes(ImagePath));
        MountContext context = new(_device, _pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        _volume = new ExtFileSystemType().Mount(context).OrThrow();
        _clusterBytes = int.Max(_clusterBytes, _volume.BlockSizeBytes);
        _volume.Writeback.Mode = FlusherMode.Manual;
        _pool.Workers.Mode = ReadaheadMode.Off;
        _mount = new Mount(_volume, Credentials.Root);
        Name = $"ext, {string.Join(' ', arguments)}";
    }

    public string Name { get; }

    public int BlockSizeBytes => _volume.BlockSizeBytes;

    public int ShiftUnitBytes => _clusterBytes;

    public double Fullness
    {
        get
        {
            StatFs space = _volume.StatFs();
            return 1.0 - ((double)space.BlocksAvailable / space.Blocks);
        }
    }

    public bool HasDevice => true;

    public bool CanShare => false;

    private string ImagePath => Path.Combine(_folder, "image");

    public Inode Create(string name)
    {
        OpenFile file = _mount.Open(
            Encoding.UTF8.GetBytes("/" + name), OpenFlags.O_RDWR | OpenFlags.O_CREAT | OpenFlags.O_EXCL, 0x1A4).OrThrow();
        _files.Add(name, file);
        Base.Check.That(file.Inode.TryGet());
        return file.Inode;
    }

    public Result Remove(string name, Inode file)
    {
        Result removed = _mount.Unlink(Encoding.UTF8.GetBytes("/" + name));
        file.Put();
        _files[name].Dispose();
        _ = _files.Remove(name);
        return removed;
    }

    public Result Sync() => _volume.Sync();

    public Result Fsync(Inode file)
    {
        Result written = WritePages.Run(file, WritebackControl.Everything);
        return written.IsOk ? _volume.Sync() : written;
    }

    public string? Check() => null;

    public void Dispose()
    {
        foreach (OpenFile file in _files.Values)
        {
            file.Dispose();
        }

        _volume.Dispose();
        byte[] bytes = new byte[_device.SizeBytes];
        _device.Read(0, bytes);
        File.WriteAllBytes(ImagePath, bytes);
        _device.Dispose();
        _pool.Dispose();
        _ = Tool.Run("e2fsck", "-fn", ImagePath);
        Directory.Delete(_folder, recursive: true);
    }
}
