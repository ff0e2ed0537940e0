// The plain driver on a device in memory.

using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Iomap.Writing;
using Faultline.PageCache;
using Faultline.PageCache.Writing;
using Faultline.PlainDriver;
using Faultline.Vfs.Inodes;

namespace Faultline.Reference;

internal sealed class PlainTarget : IModelTarget
{
    private readonly FolioPool _pool = new(4L << 20);
    private readonly MemoryDevice _device;
    private readonly PlainVolume _volume;

    internal PlainTarget(int blockSizeBytes, long deviceBytes)
    {
        _device = new MemoryDevice(deviceBytes);
        _volume = PlainVolume.Format(_device, _pool, blockSizeBytes);
        _volume.Writeback.Mode = FlusherMode.Manual;
        _pool.Workers.Mode = PageCache.Reading.ReadaheadMode.Off;
    }

    public string Name => $"plain, {BlockSizeBytes}-byte blocks";

    public int BlockSizeBytes => _volume.BlockSizeBytes;

    public int ShiftUnitBytes => BlockSizeBytes;

    public double Fullness => _volume.Fullness;

    public bool HasDevice => true;

    public bool CanShare => true;

    public Inode Create(string name) => _volume.AddFile(name);

    public Result Remove(string name, Inode file) => _volume.RemoveFile(name, file);

    public Result Sync() => _volume.SyncAll();

    public Result Fsync(Inode file)
    {
        Result written = WritePages.Run(file, WritebackControl.Everything);
        return written.IsOk ? _volume.Commit() : written;
    }

    public string? Check()
    {
        System.Collections.Generic.IReadOnlyList<string> findings = _volume.CheckMaps();
        return findings.Count == 0 ? null : findings[0];
    }

    public void Dispose()
    {
        _volume.Writeback.Stop();
        _volume.Dispose();
        _device.Dispose();
        _pool.Dispose();
    }
}
