// Filling the page cache from maps: one vectored transfer for each run of device bytes, zeros for holes.
//
// Invariants
//   - Bytes are marked valid only after they are, and after what lies beyond the end of the file is zero: a memory map
//     shows whole pages.
//   - Damage in one block costs that block: a request for a single folio goes on with the blocks after it and
//     marks them, so that the rest of the folio can be read.
// Locks: the caller holds the invalidate lock over the run and the folio locks.

using System;
using Faultline.Base;
using Faultline.Block;
using Faultline.PageCache;
using Faultline.PageCache.Reading;

namespace Faultline.Iomap;

/// <summary>The fill of the page cache.</summary>
public static unsafe class BufferedRead
{
    private const int VectorsMax = 64;
    private const long PrefetchBytesMin = 512 << 10;

    /// <summary>Reads folios from storage.</summary>
    /// <param name="ops">Maps of the file.</param>
    /// <param name="sizeBytes">Size of the file.</param>
    /// <param name="request">Locked folios in ascending order.</param>
    /// <returns>Success, or why some bytes are not valid.</returns>
    /// <errors>What <see cref="IIomapOps.Begin"/> refuses; damage throws <see cref="FsException"/>.</errors>
    /// <locks>Caller: invalidate lock, any mode, over the run; folio locks. Takes: block-map lock.</locks>
    public static Result Fill(IIomapOps ops, long sizeBytes, in FillRequest request)
    {
        FsException? damage = null;
        sizeBytes = Protections.SizeInFill ? sizeBytes : long.MaxValue;
        long position = request.Position;
        long end = request.End;
        while (position < end)
        {
            try
            {
                // What is valid already may be newer than the device.
                long stop = request.Folios.Length == 1 ? SkipValid(request.Folios[0], ref position) : end;
                if (position >= end)
                {
                    break;
                }

                Result<long> next = FillPiece(ops, sizeBytes, request, position, stop);
                if (!next.TryGet(out position, out FsError error))
                {
                    return error;
                }
            }
            catch (FsException exception) when (request.Folios.Length == 1)
            {
                damage ??= exception;
                position = Bits.AlignDown(position, ops.BlockSizeBytes) + ops.BlockSizeBytes;
            }
        }

        return damage is null ? Result.Ok : throw damage;
    }

    // Moves to the next sector that is not valid; answers where the next valid one is.
    private static long SkipValid(Folio folio, ref long position)
    {
        int sector = 512;
        int offset = (int)(position - folio.Position);
        while (offset < folio.SizeBytes && folio.AreUptodate(offset, sector))
        {
            offset += sector;
        }

        int stop = offset;
        while (stop < folio.SizeBytes && !folio.AreUptodate(stop, sector))
        {
            stop += sector;
        }

        position = folio.Position + offset;
        return folio.Position + stop;
    }

    // Fills from a position to the end of its map or of what is wanted. Returns where it stopped.
    private static Result<long> FillPiece(
        IIomapOps ops, long sizeBytes, in FillRequest request, long position, long end)
    {
        if (position >= sizeBytes)
        {
            Zero(request, position, end);
            MarkUptodate(request, position, end);
            return end;
        }

        Result mapped = IomapWalk.Begin(
            ops, position, end - position, IomapIntent.Read, out Iomap iomap);
        if (!mapped.IsOk)
        {
            return mapped.Error;
        }

        long stop = Math.Min(iomap.End, end);
        switch (iomap.Type)
        {
            case IomapType.Mapped:
                ReadRange(ops, iomap, request, position, stop);
                break;
            case IomapType.Inline:
                stop = end;
                CopyInline(iomap, request, position, stop);
                break;
            case IomapType.Hole:
            case IomapType.Delalloc:
            case IomapType.Unwritten:
                Zero(request, position, stop);
                break;
        }

        if (stop > sizeBytes)
        {
            Zero(request, Math.Max(position, sizeBytes), stop);
        }

        MarkUptodate(request, position, stop);
        ops.End(iomap, stop - position);
        return stop;
    }

    private static void ReadRange(
        IIomapOps ops, in Iomap iomap, in FillRequest request, long position, long stop)
    {
        IoVector* vectors = stackalloc IoVector[VectorsMax];
        int count = 0;
        foreach (Folio folio in request.Folios)
        {
            if (Slice(folio, position, stop, out int offset, out int length))
            {
                vectors[count] = new IoVector((byte*)folio.Address + offset, length);
                count++;
                Check.That(count <= VectorsMax);
            }
        }

        long address = iomap.Address + (position - iomap.Position);
        long ahead = Math.Min(stop - position, iomap.End - stop);
        if (ahead >= PrefetchBytesMin)
        {
            // A large window: its successor will be wanted. The host fetches it while this one is copied.
            ops.Device.Prefetch(address + (stop - position), ahead);
        }

        ReadOnlySpan<IoVector> all = new(vectors, count);
        try
        {
            ops.Device.Read(address, all);
        }
        catch (FsException) when (request.Folios.Length == 1 && stop - position > ops.BlockSizeBytes)
        {
            ReadBlockByBlock(ops, address, request, position, stop);
        }
    }

    // After an I/O error somewhere in a folio: finds the good blocks, and throws for the first bad one.
    private static void ReadBlockByBlock(
        IIomapOps ops, long address, in FillRequest request, long position, long stop)
    {
        FsException? damage = null;
        Folio folio = request.Folios[0];
        long at = position;
        while (at < stop)
        {
            int length = (int)Math.Min(ops.BlockSizeBytes, stop - at);
            int offset = (int)(at - folio.Position);
            try
            {
                ops.Device.Read(address + (at - position), folio.Bytes(offset, length));
                folio.MarkUptodate(offset, length);
            }
            catch (FsException exception)
            {
                damage ??= exception;
            }

            at += length;
        }

        if (damage is not null)
        {
            throw damage;
        }
    }

    private static void CopyInline(in Iomap iomap, in FillRequest request, long position, long stop)
    {
        foreach (Folio folio in request.Folios)
        {
            if (Slice(folio, position, stop, out int offset, out int length))
            {
                IomapWalk.CopyInline(iomap, folio.Position + offset, folio.Bytes(offset, length));
            }
        }
    }

    private static void Zero(in FillRequest request, long position, long stop)
    {
        foreach (Folio folio in request.Folios)
        {
            if (Slice(folio, position, stop, out int offset, out int length))
            {
                folio.Bytes(offset, length).Clear();
            }
        }
    }

    private static void MarkUptodate(in FillRequest request, long position, long stop)
    {
        foreach (Folio folio in request.Folios)
        {
            if (Slice(folio, position, stop, out int offset, out int length))
            {
                folio.MarkUptodate(offset, length);
            }
        }
    }

    // The part of a folio that lies in a range of the file.
    private static bool Slice(Folio folio, long position, long stop, out int offset, out int length)
    {
        long from = Math.Max(position, folio.Position);
        long to = Math.Min(stop, folio.Position + folio.SizeBytes);
        offset = (int)Math.Max(0, from - folio.Position);
        length = (int)Math.Max(0, to - from);
        return from < to;
    }
}
