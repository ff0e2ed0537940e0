// Holes, data and extents.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Iomap;
using Faultline.Locking;
using Faultline.PageCache;

namespace Faultline.Vfs.Files;

public sealed partial class OpenFile
{
    /// <summary>No format maps a byte this far: a multiple of every block size, well below overflow.</summary>
    private const long ExtentEnd = 1L << 62;

    /// <summary>The first data at or after a position (SEEK_DATA).</summary>
    /// <param name="position">Where to start.</param>
    /// <returns>A position below the size.</returns>
    /// <errors>ENXIO negative, at or past the end, or only holes follow; EINVAL not a regular
    /// file, or closed; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Takes: inode lock, shared; block-map lock.</locks>
    public Result<long> SeekData(long position) => SeekWith(position, wantsData: true);

    /// <summary>The first hole at or after a position (SEEK_HOLE); the end of the file counts as one.</summary>
    /// <param name="position">Where to start.</param>
    /// <returns>A position up to the size.</returns>
    /// <errors>As <see cref="SeekData"/>.</errors>
    /// <locks>Takes: inode lock, shared; block-map lock.</locks>
    public Result<long> SeekHole(long position) => SeekWith(position, wantsData: false);

    /// <summary>Lists the extents of the file (FIEMAP), also those past its size.</summary>
    /// <param name="extents">Takes them, in file order.</param>
    /// <returns>Success.</returns>
    /// <errors>EINVAL not a regular file; EBADF closed; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Takes: inode lock, shared; block-map lock.</locks>
    public Result ListExtents(ICollection<FileExtent> extents)
    {
        if (IsClosed || Inode.IomapOps is not IIomapOps ops)
        {
            return VfsReasons.NotRegular.At(Inode.Number);
        }

        using SharedGuard guard = Inode.Lock.AcquireShared();
        return Fiemap.List(ops, 0, ExtentEnd, extents);
    }

    private Result<long> SeekWith(long position, bool wantsData)
    {
        if (IsClosed || Inode.IomapOps is not IIomapOps ops)
        {
            return VfsReasons.SeekInvalid.At(Inode.Number);
        }

        if (position < 0)
        {
            return VfsReasons.SeekNegative.At(Inode.Number);
        }

        using SharedGuard guard = Inode.Lock.AcquireShared();
        Mapping? mapping = Inode.CanWriteData ? Inode.ExistingMapping : null;
        return wantsData
            ? Seek.Data(ops, Inode.SizeBytes, position, mapping)
            : Seek.Hole(ops, Inode.SizeBytes, position, mapping);
    }
}
