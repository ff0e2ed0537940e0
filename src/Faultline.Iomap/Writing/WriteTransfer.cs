// One transfer of writeback: file bytes that lie together in the file and on the device.
//
// Life: filled by WriteBatch
// --Send--> on the device, or not --Run--> map changed, folios no longer under writeback --> recycled.
// Run happens on the I/O-end worker when the map must change, in the sender otherwise. It takes no folio lock.

using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using Faultline.Abi;
using Faultline.Base;
using Faultline.Block;
using Faultline.Locking;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Writing;

/// <summary>One contiguous transfer.</summary>
internal sealed unsafe class WriteTransfer : IIoEnd
{
    internal const long BytesMax = 4L << 20;
    private const int VectorsMax = 256;
    private const int RecycledMax = 64;
    private static readonly ConcurrentBag<WriteTransfer> s_recycled = [];

    private readonly List<WritePiece> _pieces = [];
    private IIomapFile? _file;
    private long _address;
    private bool _changesMap;
    private Errno _failure;

    public IIoEnd? Next { get; set; }

    internal long Start { get; private set; }

    internal long End { get; private set; }

    internal static WriteTransfer Begin(IIomapFile file, long position, long address, bool changesMap)
    {
        WriteTransfer transfer = s_recycled.TryTake(out WriteTransfer? used) ? used : new WriteTransfer();
        transfer._file = file;
        transfer.Start = position;
        transfer.End = position;
        transfer._address = address;
        transfer._changesMap = changesMap;
        transfer._failure = Errno.OK;
        return transfer;
    }

    /// <summary>Adds a piece if it continues the transfer.</summary>
    internal bool TryAdd(long position, long address, bool changesMap, in WritePiece piece)
    {
        bool continues = position == End
            && address == _address + (End - Start)
            && changesMap == _changesMap
            && End - Start + piece.Length <= Math.Max(BytesMax, piece.Length);
        if (continues)
        {
            _pieces.Add(piece);
            End += piece.Length;
        }

        return continues;
    }

    /// <summary>Writes to the device and sees to the end. Caller: no folio lock.</summary>
    internal void Send(WritebackDomain domain, WriteBatch batch)
    {
        IIomapFile file = _file!;
        try
        {
            if (End > Bits.AlignUp(file.Writer.DiskSizeBytes, file.Writer.BlockSizeBytes))
            {
                WritePages.CleanEndOfFile(file, batch);
            }

            Result settled = _changesMap ? Result.Ok : file.Writer.SettleMap();
            if (settled.IsOk)
            {
                WriteToDevice(file.Writer.Device);
            }

            _failure = settled.IsOk ? Errno.OK : settled.Error.Errno;
        }
        catch (FsException damage)
        {
            _failure = damage.Error.Errno;
        }

        Scheduler.SyncPoint("wb.io_end");
        bool needsWorker = _changesMap || _failure != Errno.OK || End > file.Writer.DiskSizeBytes;
        if (needsWorker)
        {
            domain.IoEnds.Submit(this);
        }
        else
        {
            Run();
        }
    }

    public void Run()
    {
        // Whatever happens, who waits for writeback is woken.
        IIomapFile file = _file!;
        Errno failure = _failure;
        _failure = Errno.EIO;
        try
        {
            if (failure == Errno.OK)
            {
                failure = Complete(file);
            }

            if (failure != Errno.OK)
            {
                file.Writer.AbandonWrite(Start, Bits.AlignUp(End, file.Writer.BlockSizeBytes));
                file.Mapping.Errors.Record(failure);
                file.Mapping.Domain?.NoteFailure();
            }

            _failure = failure;
            Scheduler.SyncPoint("wb.converted");
        }
        finally
        {
            EndPieces(file);
        }
    }

    private void EndPieces(IIomapFile file)
    {
        foreach (WritePiece piece in _pieces)
        {
            file.Mapping.EndWriteback(piece.Folio, piece.Offset, piece.Length, failed: _failure != Errno.OK);
        }

        _pieces.Clear();
        _file = null;
        if (s_recycled.Count < RecycledMax)
        {
            s_recycled.Add(this);
        }
    }

    private Errno Complete(IIomapFile file)
    {
        if (!_changesMap && End <= file.Writer.DiskSizeBytes)
        {
            file.Writer.NoteOverwrite();
            return Errno.OK;
        }

        try
        {
            Result completed = file.Writer.CompleteWrite(Start, End);
            return completed.IsOk ? Errno.OK : completed.Error.Errno;
        }
        catch (FsException damage)
        {
            return damage.Error.Errno;
        }
    }

    private void WriteToDevice(IBlockDevice device)
    {
        IoVector* vectors = stackalloc IoVector[VectorsMax];
        ReadOnlySpan<WritePiece> pieces = CollectionsMarshal.AsSpan(_pieces);
        long address = _address;
        while (!pieces.IsEmpty)
        {
            int count = Math.Min(pieces.Length, VectorsMax);
            long bytes = 0;
            for (int index = 0; index < count; index++)
            {
                WritePiece piece = pieces[index];
                vectors[index] = new IoVector((byte*)piece.Folio.Address + piece.Offset, piece.Length);
                bytes += piece.Length;
            }

            device.Write(address, new ReadOnlySpan<IoVector>(vectors, count));
            address += bytes;
            pieces = pieces.Slice(count);
        }
    }
}
