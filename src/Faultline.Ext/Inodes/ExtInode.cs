// An inode in memory, between the VFS and the volume's parts. Everything about reading it is
// immutable.

using System;
using Faultline.Base;
using Faultline.Ext.Mapping;
using Faultline.Iomap;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>An ext inode in memory.</summary>
internal sealed class ExtInode : Inode
{
    private readonly ExtVolume _volume;

    internal ExtInode(ExtFileSystem fileSystem, InodeRecord record)
        : base(fileSystem, record.Number, ExtAttributes.Of(fileSystem.Volume.Super, record))
    {
        _volume = fileSystem.Volume;
        Record = record;
        IomapOps = record.IsRegular ? new ExtIomapOps(_volume, record) : null;
    }

    /// <inheritdoc/>
    public override IIomapOps? IomapOps { get; }

    /// <summary>The inode as read.</summary>
    internal InodeRecord Record { get; }

    /// <inheritdoc/>
    public override Result<InodeNumber> LookupName(ReadOnlySpan<byte> name) =>
        Record.IsDirectory ? _volume.Directories.Lookup(Record, name) : base.LookupName(name);

    /// <inheritdoc/>
    public override Result ReadDirectory(ulong cookie, IDirectorySink sink)
    {
        if (!Record.IsDirectory)
        {
            return base.ReadDirectory(cookie, sink);
        }

        _volume.Directories.List(Record, cookie, sink);
        return Result.Ok;
    }

    /// <inheritdoc/>
    public override Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value) =>
        _volume.Xattrs.Get(Record, name, value);

    /// <inheritdoc/>
    public override Result ListXattrs(IXattrSink sink)
    {
        _volume.Xattrs.List(Record, sink);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result<byte[]> ReadLinkFromDisk() =>
        Record.IsSymbolicLink ? SymbolicLink.Read(_volume, Record) : base.ReadLinkFromDisk();
}
