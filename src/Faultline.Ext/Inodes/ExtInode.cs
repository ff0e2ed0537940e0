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
using Faultline.Ext.Mapping;
using Faultline.Iomap;
using Faultline.Jbd2.Transactions;
using Faultline.Locking;
using Faultline.Vfs.Inodes;

namespace Faultline.Ext.Inodes;

/// <summary>An ext inode in memory.</summary>
internal sealed partial class ExtInode : Inode, IRecordEncoder
{
    private readonly ExtFileSystem _fileSystem;
    private readonly ExtVolume _volume;
    private readonly RwSemaphore _xattrs;
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
        _xattrs = new RwSemaphore(LockClasses.Xattr.For(_volume.TypeName), record.Number.Value);
        IomapOps = record.IsRegular ? MakeMaps(record) : null;
    }

    /// <inheritdoc/>
    public override IIomapOps? IomapOps { get; }

    /// <summary>The on-disk form.</summary>
    internal InodeRecord Record { get; }

    /// <inheritdoc/>
    protected override bool MayBeEvicted => Volatile.Read(ref _dirty) == 0;

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
        return _volume.Xattrs.Get(Record, name, value);
    }

    /// <inheritdoc/>
    public override Result ListXattrs(IXattrSink sink)
    {
        using SharedGuard guard = _xattrs.AcquireShared();
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
            Store(handle, changesData: false);
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
        return own == 0 ? Result.Ok : _volume.Log!.WaitDurable(new TransactionId(own), needsFlush: false);
    }

    /// <summary>Follows the record: size and space of what has no cache of its own.</summary>
    /// <locks>Caller: inode lock exclusive.</locks>
    private void FollowRecord()
    {
        if (Record.IsDirectory && (SizeBytes != Record.SizeBytes))
        {
            SetSize(Record.SizeBytes);
        }

        AddSectors((long)Record.Sectors - (long)Attributes.Sectors);
    }

    private ExtIomapOps MakeMaps(InodeRecord record) => new(_volume, record);
}
