// One file of 256 MiB on the plain driver, a slow device below it, and a page cache that holds a third of it.

using System;
using Faultline.Abi;
using Faultline.Block.Devices;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PlainDriver;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Bench.Mixed;

internal sealed class MixedFile : IDisposable
{
    internal const long FileBytes = 256L << 20;

    private const long PoolBytes = 96L << 20;
    private const int DelayMs = 1;
    private const int PieceBytes = 1 << 20;

    private readonly FolioPool _pool = new(PoolBytes);
    private readonly MemoryDevice _memory = new(2 * FileBytes);
    private readonly SlowDevice _device;
    private readonly PlainVolume _volume;
    private readonly Inode _inode;
    private readonly Mount _mount;

    internal MixedFile(InvalidatePolicy policy)
    {
        _device = new SlowDevice(_memory);
        MountOptions options = new() { ReadOnly = false, InvalidatePolicy = policy };
        _volume = PlainVolume.Format(_device, _pool, options: options);
        _inode = _volume.AddFile("file");
        _mount = new Mount(_volume, Credentials.Root);
        using (OpenFile file = Open())
        {
            byte[] piece = new byte[PieceBytes];
            for (long at = 0; at < FileBytes; at += PieceBytes)
            {
                _ = file.Write(at, piece).OrThrow();
            }
        }

        _volume.SyncAll().ThrowIfError();
        _device.DelayMs = DelayMs;
    }

    internal OpenFile Open() => _mount.OpenInode(_inode.Number, OpenFlags.O_RDWR).OrThrow();

    public void Dispose()
    {
        _device.DelayMs = 0;
        _inode.Put();
        _volume.Dispose();
        _device.Dispose();
        _memory.Dispose();
        _pool.Dispose();
    }
}
