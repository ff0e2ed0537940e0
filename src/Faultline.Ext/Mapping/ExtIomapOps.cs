// Maps of one regular file for the operations over it.
//
// Locks: BlockMap (rank 440) shared around a look-up; nothing is held on return.

using Faultline.Base;
using Faultline.Block;
using Faultline.Ext.Format.Nodes;
using Faultline.Ext.Inodes;
using Faultline.Iomap;
using Faultline.Locking;

namespace Faultline.Ext.Mapping;

/// <summary>Maps of one regular file.</summary>
internal sealed class ExtIomapOps : IIomapOps
{
    private readonly ExtVolume _volume;
    private readonly InodeRecord _inode;
    private readonly RwSemaphore _blockMap;
    private readonly ExtentStatusCache _known = new();
    private byte[]? _inline; // replaced as a whole; read from the inode on first use

    internal ExtIomapOps(ExtVolume volume, InodeRecord inode)
    {
        _volume = volume;
        _inode = inode;
        _blockMap = new RwSemaphore(
            LockClasses.BlockMap.For(volume.TypeName), inode.Number.Value);
    }

    /// <inheritdoc/>
    public IBlockDevice Device => _volume.Device;

    /// <inheritdoc/>
    public int BlockSizeBytes => _volume.Super.BlockSize;

    /// <inheritdoc/>
    public Result Begin(
        long position, long length, IomapIntent intent, out Iomap.Iomap iomap)
    {
        Check.That(position >= 0);
        Check.That(length > 0);
        iomap = default;
        bool isEncrypted = _inode.Has(ExtInodeFlags.Encrypted);
        if (isEncrypted && (intent != IomapIntent.Report))
        {
            return ExtReasons.Encrypted.At(_inode.Number);
        }

        if (_inode.Has(ExtInodeFlags.InlineData))
        {
            iomap = MapInline(position, intent);
            return Result.Ok;
        }

        iomap = ToIomap(Lookup((ulong)(position / BlockSizeBytes)));
        iomap.Flags = isEncrypted ? IomapFlags.Encoded : IomapFlags.None;
        return Result.Ok;
    }

    /// <inheritdoc/>
    public void End(in Iomap.Iomap iomap, long done)
    {
        // Reading leaves nothing to do.
    }

    private MappedRange Lookup(ulong block)
    {
        using (SharedGuard guard = _blockMap.AcquireShared())
        {
            if (_known.TryFind(block, out MappedRange range))
            {
                return range;
            }

            range = _volume.Map.Lookup(_inode, block);
            _known.Add(range);
            return range;
        }
    }

    private Iomap.Iomap ToIomap(in MappedRange range)
    {
        long position = (long)range.First * BlockSizeBytes;
        ulong blocksMax = (ulong)((long.MaxValue - position) / BlockSizeBytes);
        Iomap.Iomap iomap = new()
        {
            Position = position,
            Length = (long)ulong.Min(range.Count, blocksMax) * BlockSizeBytes,
            Type = range.State switch
            {
                MapState.Hole => IomapType.Hole,
                MapState.Written => IomapType.Mapped,
                MapState.Unwritten => IomapType.Unwritten,
            },
        };
        if (range.State != MapState.Hole)
        {
            iomap.Address = (long)range.Start * BlockSizeBytes;
        }

        return iomap;
    }

    // Readers fill whole blocks; fiemap tells how many bytes there are, as the kernel does.
    private Iomap.Iomap MapInline(long position, IomapIntent intent)
    {
        long end = intent == IomapIntent.Report
            ? _inode.SizeBytes
            : Bits.AlignUp(long.Max(_inode.SizeBytes, 1), BlockSizeBytes);
        if (position >= end)
        {
            return new Iomap.Iomap
            {
                Type = IomapType.Hole,
                Position = end,
                Length = long.MaxValue - end,
            };
        }

        byte[] data = _inline ??= _volume.Inline.Read(_inode);
        return new Iomap.Iomap
        {
            Type = IomapType.Inline,
            Position = 0,
            Length = end,
            InlineData = data,
        };
    }
}
