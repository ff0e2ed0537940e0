// The file system in memory.

using System.Collections.Generic;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.Tmpfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Reference;

internal sealed class TmpfsTarget : IModelTarget
{
    private readonly FolioPool _pool = new(16L << 20);
    private readonly TmpfsVolume _volume;
    private readonly Mount _mount;
    private readonly Dictionary<string, OpenFile> _files = [];
    private readonly long _pages;

    internal TmpfsTarget(long sizeBytes)
    {
        _pages = sizeBytes / Folio.PageSize;
        _pool.Workers.Mode = ReadaheadMode.Off;
        _volume = TmpfsVolume.Create(new MountOptions { ReadOnly = false, SizeBytesMax = sizeBytes }, _pool);
        _mount = new Mount(_volume, Credentials.Root);
    }

    public string Name => "tmpfs";

    public int BlockSizeBytes => Folio.PageSize;

    public int ShiftUnitBytes => BlockSizeBytes;

    public double Fullness => (double)_volume.UsedPages / _pages;

    public bool HasDevice => false;

    public bool CanShare => false;

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

    public Result Fsync(Inode file) => Result.Ok;

    public string? Check()
    {
        long pages = 0;
        foreach (OpenFile file in _files.Values)
        {
            pages += (long)file.Inode.Attributes.Sectors / (Folio.PageSize / 512);
        }

        // More may be charged for a moment: what was removed is given back in the background.
        return _volume.UsedPages >= pages
            ? null
            : $"{_volume.UsedPages} pages are charged, files have {pages}";
    }

    public void Dispose()
    {
        foreach (OpenFile file in _files.Values)
        {
            file.Dispose();
        }

        _volume.Dispose();
        _pool.Dispose();
    }
}
