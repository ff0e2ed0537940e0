// A file system of the regular files of an image, with real maps, cache and writeback, and nothing else.

using System;
using System.Collections.Generic;
using Faultline.Base;
using Faultline.Ext.Mapping;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;
using Faultline.Vfs;
using Faultline.Vfs.Inodes;
using Faultline.Vfs.Mounts;

namespace Faultline.Ext.Tests.Writing;

internal sealed class MapVolume : SuperBlock
{
    private readonly Dictionary<string, MapInode> _files = [];

    internal MapVolume(SpaceVolume space, FolioPool pool)
        : base(
            "ext4",
            new MountContext(space.Device, pool, new MountOptions { ReadOnly = false }, SystemClock.Instance),
            canWrite: true)
    {
        Space = space;
        Parts = new ExtSpace(
            space.Super, space.Device, space.Volume.Map, space.Writer, space.Log, space.Volume.Inline, "ext4");
        Writeback.Mode = FlusherMode.Manual;
        pool.Workers.Mode = ReadaheadMode.Off;
    }

    public override InodeNumber RootNumber => new(2);

    public override int BlockSizeBytes => Space.Super.BlockSize;

    public override int NameLengthMax => 255;

    public override VolumeIdentity Identity => new("ext4", "", Uuid.Nil, (ulong)Device.SizeBytes);

    internal SpaceVolume Space { get; }

    internal ExtSpace Parts { get; }

    public override StatFs StatFs() => new(BlockSizeBytes, 1, 1, 1, 1, 1, 255, Uuid.Nil);

    public override IReadOnlyList<ReportSection> Report() => [];

    internal MapInode File(string name)
    {
        if (!_files.TryGetValue(name, out MapInode? inode))
        {
            inode = new MapInode(this, Space.File(name));
            Assert.True(inode.TryGet());
            _files.Add(name, inode);
        }

        return inode;
    }

    internal void SyncAll()
    {
        Writeback.Sync().ThrowIfError();
        Space.Commit();
    }

    protected override Result<Inode> ReadInode(InodeNumber number) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        foreach (MapInode inode in _files.Values)
        {
            inode.Map.ReleaseWindow();
            inode.Mapping.Close();
        }

        base.Dispose(disposing);
    }
}
