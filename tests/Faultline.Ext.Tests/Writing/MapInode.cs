// A regular file of a MapVolume. Orphans are only counted.

using Faultline.Ext.Inodes;
using Faultline.Ext.Mapping;
using Faultline.Iomap;
using Faultline.Jbd2.Transactions;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Tests.Writing;

internal sealed class MapInode : Inode, IFileMapHost
{
    private readonly MapVolume _volume;

    internal MapInode(MapVolume volume, InodeRecord record)
        : base(volume, record.Number, ExtAttributes.Of(volume.Space.Super, record))
    {
        _volume = volume;
        Record = record;
        Map = new ExtFileMap(volume.Space.Volume, volume.Parts, record, this);
    }

    public override IIomapOps? IomapOps => Map;

    public int StoreCredits => 1;

    public int OrphanCredits => 0;

    public int InlineCredits => 0;

    internal InodeRecord Record { get; }

    internal ExtFileMap Map { get; }

    internal bool IsOrphan { get; private set; }

    public void Store(MetadataHandle handle) => _volume.Space.Inodes.Store(handle, Record);

    public void AddOrphan(MetadataHandle handle) => IsOrphan = true;

    public void RemoveOrphan(MetadataHandle handle) => IsOrphan = false;

    public void DropInlineData(MetadataHandle handle) => Record.Writable.Slice(128 + Record.ExtraSize).Clear();
}
