// The image mounted in this process.

using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block.Devices;
using Faultline.Ext;
using Faultline.PageCache;
using Faultline.Vfs;
using Faultline.Vfs.Calls;
using Faultline.Vfs.Files;
using Faultline.Vfs.Mounts;
using Faultline.Vfs.Permissions;

namespace Faultline.Bench.Volumes;

internal sealed class OurVolume : VolumeSide
{
    private readonly FileDevice _device;
    private readonly FolioPool _pool = new(512L << 20);
    private readonly SuperBlock _volume;
    private readonly List<OpenFile> _files = [];

    internal OurVolume(string image)
    {
        _device = FileDevice.Open(image, FileAccess.ReadWrite);
        MountContext context = new(
            _device, _pool, new MountOptions { ReadOnly = false }, SystemClock.Instance);
        _volume = new ExtFileSystemType().Mount(context).OrThrow();
        Calls = new Mount(_volume, Credentials.Root);
        for (int folder = 0; folder < FolderCount; folder++)
        {
            Calls.Mkdir(Encoding.ASCII.GetBytes($"/d{folder}"), 0x1ED).ThrowIfError();
        }
    }

    internal Mount Calls { get; }

    internal OpenFile FileAt(int index) => _files[index];

    internal override void Create(int number, ReadOnlySpan<byte> bytes)
    {
        using OpenFile file = Calls.Open(
            Encoding.ASCII.GetBytes(PathOf(number)),
            OpenFlags.O_CREAT | OpenFlags.O_EXCL | OpenFlags.O_WRONLY,
            0x1A4).OrThrow();
        if (!bytes.IsEmpty)
        {
            _ = file.Write(0, bytes).OrThrow();
        }
    }

    internal override void Unlink(int number) =>
        Calls.Unlink(Encoding.ASCII.GetBytes(PathOf(number))).ThrowIfError();

    internal override void SyncAll() => _volume.Sync().ThrowIfError();

    internal override int Open(string name, bool isDirect)
    {
        OpenFlags flags = OpenFlags.O_CREAT | OpenFlags.O_RDWR | (isDirect ? OpenFlags.O_DIRECT : 0);
        _files.Add(Calls.Open(Encoding.ASCII.GetBytes(name), flags, 0x1A4).OrThrow());
        return _files.Count - 1;
    }

    internal override void Write(int file, long position, ReadOnlySpan<byte> bytes)
    {
        int written = _files[file].Write(position, bytes).OrThrow();
        Check.That(written == bytes.Length);
    }

    internal override void Fsync(int file) => _files[file].Sync().ThrowIfError();

    public override void Dispose()
    {
        _files.ForEach(static file => file.Dispose());
        _volume.Dispose();
        _pool.Dispose();
        _device.Dispose();
    }
}
