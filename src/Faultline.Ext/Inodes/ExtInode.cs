// An inode in memory, between the VFS and the volume's parts.
//
// What changes in memory reaches the on-disk form when the inode is stored, in a handle: at once by whoever changes
// names, links or attributes; later, by a sync or the volume's background pass, when only times or sizes changed.
//
// Locks: the record's own rules (InodeRecord); _dirty is interlocked; the xattr lock (rank 435) orders changes of
// extended attributes and those who read them.

using System;
using System.Threading;
using Faultline.Base;
using Faultline.Ext.Format;
using Faultline.Ext.Mapping;
using Faultline.Iomap;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>An ext inode in memory.</summary>
internal sealed partial class ExtInode : Inode, IRecordEncoder, IFileMapHost
{
    private readonly ExtFileSystem _fileSystem;
    private readonly ExtVolume _volume;
    private readonly RwSemaphore _xattrs;
    private readonly ExtFileMap? _map; // of a regular file on a volume that is written
    private long _sectors; // interlocked: of the record when it was stored last
    private int _dirty; // interlocked: InodeDirty
    private int _isQueued; // interlocked: the background pass knows of it
    private uint _transaction; // of the last change; written by who stores
    private uint _dataTransaction; // of the last change that is needed to reach the data

    internal ExtInode(ExtFileSystem fileSystem, InodeRecord record)
        : base(fileSystem, record.Number, ExtAttributes.Of(fileSystem.Volume.Super, record))
    {
        _fileSystem = fileSystem;
        _volume = fileSystem.Volume;
        Record = record;
        _sectors = (long)ExtAttributes.VisibleSectors(record);
        _xattrs = new RwSemaphore(LockClasses.Xattr.For(_volume.TypeName), record.Number.Value);
        _map = record.IsRegular && _volume.IsWritable
            ? new ExtFileMap(_volume, _volume.MapSpace, record, this)
            : null;
        IomapOps = _map is not null || !record.IsRegular ? _map : new ExtIomapOps(_volume, record);
    }

    /// <inheritdoc/>
    public override IIomapOps? IomapOps { get; }

    /// <summary>The on-disk form.</summary>
    internal InodeRecord Record { get; }

    /// <inheritdoc/>
    protected override bool MayBeEvicted => Volatile.Read(ref _dirty) == 0;

    /// <inheritdoc/>
    public override InodeAttributes StatAttributes
    {
        get
        {
            InodeAttributes attributes = Attributes;
            ulong delayed = _map?.DelayedSectors ?? 0;
            return delayed == 0 ? attributes : attributes with { Sectors = attributes.Sectors + delayed };
        }
    }

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
    public override Result<int> GetXattr(ReadOnlySpan<byte> name, Span<byte> value)
    {
        using SharedGuard guard = _xattrs.AcquireShared();
        using SharedGuard data = InlineLock is RwSemaphore inline ? inline.AcquireShared() : default;
        return _volume.Xattrs.Get(Record, name, value);
    }

    /// <inheritdoc/>
    public override Result ListXattrs(IXattrSink sink)
    {
        using SharedGuard guard = _xattrs.AcquireShared();
        using SharedGuard data = InlineLock is RwSemaphore inline ? inline.AcquireShared() : default;
        _volume.Xattrs.List(Record, sink);
        return Result.Ok;
    }

    /// <inheritdoc/>
    protected override Result<byte[]> ReadLinkFromDisk() =>
        Record.IsSymbolicLink ? SymbolicLink.Read(_volume, Record) : base.ReadLinkFromDisk();

    /// <inheritdoc/>
    protected override void MarkDirty(InodeDirty what)
    {
        if (!_fileSystem.CanWrite)
        {
            return;
        }

        _ = Interlocked.Or(ref _dirty, (int)what);
        if (Interlocked.Exchange(ref _isQueued, 1) == 0)
        {
            _fileSystem.DirtyInodes.Add(this);
        }
    }

    /// <inheritdoc/>
    void IRecordEncoder.Encode(InodeRecord record) => ExtAttributes.Encode(_volume.Super, record, Attributes);

    /// <summary>Stores the inode as it is now.</summary>
    /// <param name="handle">One credit.</param>
    /// <param name="changesData">Whether fdatasync(2) needs this change.</param>
    /// <locks>Takes: i_raw_lock, i_lock.</locks>
    internal void Store(MetadataHandle handle, bool changesData)
    {
        // Before the marks are cleared: whoever asks sees the space that the record has.
        long sectors = (long)ExtAttributes.VisibleSectors(Record);
        AddSectors(sectors - Interlocked.Exchange(ref _sectors, sectors));

        // Cleared first: what changes meanwhile marks the inode again.
        int was = Interlocked.Exchange(ref _dirty, 0);
        _volume.Inodes.Store(handle, Record, this);
        Volatile.Write(ref _transaction, handle.Transaction.Value);
        if (changesData || ((was & (int)InodeDirty.Size) != 0))
        {
            Volatile.Write(ref _dataTransaction, handle.Transaction.Value);
        }
    }

    /// <summary>Stores the inode in a handle of its own, if it changed.</summary>
    /// <param name="dataOnly">Whether changes of times and attributes may wait.</param>
    /// <returns>Success.</returns>
    /// <errors>EROFS the log was aborted.</errors>
    /// <locks>Caller: nothing of rank 420 or deeper.</locks>
    internal Result StoreIfDirty(bool dataOnly)
    {
        int wanted = dataOnly ? (int)InodeDirty.Size : -1;
        if ((Volatile.Read(ref _dirty) & wanted) == 0)
        {
            return Result.Ok;
        }

        Result<MetadataHandle> started = _volume.Log!.Start(1);
        if (!started.TryGet(out MetadataHandle? handle, out FsError error))
        {
            return error;
        }

        using (handle)
        {
            try
            {
                Store(handle, changesData: false);
            }
            catch (FsException damage) when (_fileSystem.NoteDamage(damage, handle))
            {
                throw;
            }
        }

        return Result.Ok;
    }

    /// <summary>The background pass has taken the inode from its queue.</summary>
    internal void LeaveQueue() => Volatile.Write(ref _isQueued, 0);

    /// <inheritdoc/>
    protected override Result SyncInode(bool dataOnly)
    {
        if (!_fileSystem.CanWrite)
        {
            return Result.Ok;
        }

        Result stored = StoreIfDirty(dataOnly);
        if (!stored.IsOk)
        {
            return stored;
        }

        uint own = Volatile.Read(ref dataOnly ? ref _dataTransaction : ref _transaction);
        bool isKnown = own != 0;
        TransactionId transaction = new(own);
        if (_map?.LastTransaction is TransactionId mapped)
        {
            transaction = !isKnown || mapped.IsAfter(transaction) ? mapped : transaction;
            isKnown = true;
        }

        // What was written over mapped blocks is in no transaction.
        bool needsFlush = _map is not null && _map.TakeUnflushed();
        if (!isKnown && !needsFlush)
        {
            return Result.Ok;
        }

        Result durable = _volume.Log!.WaitDurable(isKnown ? transaction : _volume.Log.Running, needsFlush);
        if (needsFlush && !durable.IsOk)
        {
            _map!.NoteOverwrite();
        }

        return durable;
    }

    /// <inheritdoc/>
    int IFileMapHost.StoreCredits => 1;

    /// <inheritdoc/>
    int IFileMapHost.OrphanCredits => 3;

    /// <inheritdoc/>
    int IFileMapHost.InlineCredits => 1;

    /// <inheritdoc/>
    void IFileMapHost.Store(MetadataHandle handle) => Store(handle, changesData: true);

    /// <inheritdoc/>
    void IFileMapHost.AddOrphan(MetadataHandle handle) => _fileSystem.Orphans!.Add(handle, Record);

    /// <inheritdoc/>
    void IFileMapHost.RemoveOrphan(MetadataHandle handle)
    {
        if (LinkCount != 0)
        {
            _fileSystem.Orphans!.Remove(handle, Record);
        }
    }

    /// <inheritdoc/>
    void IFileMapHost.DropInlineData(MetadataHandle handle) => _volume.Inline.Drop(Record);

    /// <inheritdoc/>
    protected override void Evict() => _map?.ReleaseWindow();

    // Data in the inode share its space with attributes: who changes either holds the block-map lock as well.
    private RwSemaphore? InlineLock =>
        (_map is not null) && _volume.Super.Has(FeatureIncompat.InlineData) ? _map.Lock : null;

    /// <summary>Follows the record: the size of a directory.</summary>
    /// <locks>Caller: inode lock exclusive.</locks>
    private void FollowRecord()
    {
        if (Record.IsDirectory && (SizeBytes != Record.SizeBytes))
        {
            SetSize(Record.SizeBytes);
        }
    }
}
