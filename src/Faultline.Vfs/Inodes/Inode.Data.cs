// The data of a regular file: its page cache, and the file as the operations over maps see it.

using System.Threading;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Iomap.Writing;
using Faultline.Locking;
using Faultline.PageCache;
using Faultline.PageCache.Reading;
using Faultline.PageCache.Writing;

namespace Faultline.Vfs.Inodes;

public abstract partial class Inode : IMappingHost, IIomapFile
{
    private Mapping? _mapping; // created once, by interlocked exchange
    private DirectIoDrain? _directIo; // created once, by interlocked exchange

    /// <summary>Maps of a regular file's data; null for everything else.</summary>
    public virtual IIomapOps? IomapOps => null;

    /// <summary>Whether the page cache is the only place where the file's bytes are (tmpfs).</summary>
    protected internal virtual bool CacheIsStorage => false;

    /// <summary>The maps of a regular file on a volume that can be written.</summary>
    /// <exception cref="CheckFailedException">The file cannot be written: callers have refused that before.</exception>
    public IIomapWriter Writer
    {
        get
        {
            IIomapWriter? writer = IomapOps as IIomapWriter;
            Check.That(writer is not null);
            return writer;
        }
    }

    /// <summary>Whether the driver can write the file's data.</summary>
    public bool CanWriteData => IomapOps is IIomapWriter;

    /// <summary>Direct transfers in flight.</summary>
    public DirectIoDrain DirectIo => Volatile.Read(ref _directIo) ?? CreateDrain();

    /// <summary>The page cache of a regular file, made on first use.</summary>
    /// <returns>The mapping; EINVAL for anything but a regular file.</returns>
    public Mapping Mapping => Volatile.Read(ref _mapping) ?? CreateMapping();

    /// <summary>The page cache if it was ever used, or null.</summary>
    internal Mapping? ExistingMapping => Volatile.Read(ref _mapping);

    /// <summary>Whether the cache holds bytes that are nowhere else: the inode must not leave memory.</summary>
    internal bool HasDirtyPages => ExistingMapping is Mapping mapping && mapping.DirtyBytes > 0;

    /// <inheritdoc/>
    void IIomapFile.AssertInodeLocked(bool exclusive)
    {
        if (exclusive)
        {
            Lock.AssertHeldExclusive();
        }
        else
        {
            Lock.AssertHeld();
        }
    }

    /// <inheritdoc/>
    Result IMappingHost.Fill(in FillRequest request)
    {
        IIomapOps? ops = IomapOps;
        Check.That(ops is not null);
        return BufferedRead.Fill(ops, SizeBytes, request);
    }

    /// <inheritdoc/>
    Result IMappingHost.WritePages(in WritebackControl control) => WritePages.Run(this, control);

    private Mapping CreateMapping()
    {
        IIomapOps? ops = IomapOps;
        Check.That(ops is not null);
        Mapping created = new(
            SuperBlock.Pool, this, SuperBlock.TypeName, Number.Value, InvalidatePolicy)
        {
            Domain = CacheIsStorage || !CanWriteData ? null : SuperBlock.Writeback,
            IsStorage = CacheIsStorage,
            BlockSizeBytes = System.Math.Min(ops.BlockSizeBytes, Folio.PageSize),
        };
        return Interlocked.CompareExchange(ref _mapping, created, null) ?? created;
    }

    // A fill that outlives the invalidation of its range brings back what the device has: that is zeros only where
    // there is no device.
    private InvalidatePolicy InvalidatePolicy =>
        SuperBlock.Options.InvalidatePolicy == InvalidatePolicy.FallocQueue && !CacheIsStorage
            ? InvalidatePolicy.RangeLock
            : SuperBlock.Options.InvalidatePolicy;

    private DirectIoDrain CreateDrain()
    {
        DirectIoDrain created = new(SuperBlock.TypeName);
        return Interlocked.CompareExchange(ref _directIo, created, null) ?? created;
    }
}
