// Writes what a placed tree holds: pieces whose blocks follow one another go to the device in one transfer, and
// several threads read sources and write at once. What lands where was decided before, so that the bytes do not
// depend on the number of threads.
//
// Locks: none; the next chunk and the first failure are taken by interlocked operations.

using System;
using System.Collections.Generic;
using System.Runtime.ExceptionServices;
using System.Threading;
using Faultline.Base;
using Faultline.Ext.Making;
using Faultline.Locking;

namespace Faultline.Ext.Building;

/// <summary>Writes what a placed tree holds.</summary>
internal sealed class ContentWriter
{
    private readonly FormatOutput _output;
    private readonly int _blockSize;
    private readonly IReadOnlyList<Piece> _pieces;
    private readonly List<int> _chunks = []; // first piece of each
    private readonly Action<long>? _progress;
    private readonly CancellationToken _cancellation;
    private int _next;
    private long _doneBytes;
    private Exception? _failure;

    /// <summary>Cuts pieces into chunks.</summary>
    /// <param name="output">Where they go.</param>
    /// <param name="blockSize">Bytes of a block.</param>
    /// <param name="pieces">The pieces, in the order of blocks.</param>
    /// <param name="progress">Hears of bytes done, from any thread, or null.</param>
    /// <param name="cancellation">Ends the writing.</param>
    internal ContentWriter(
        FormatOutput output,
        int blockSize,
        IReadOnlyList<Piece> pieces,
        Action<long>? progress,
        CancellationToken cancellation)
    {
        _output = output;
        _blockSize = blockSize;
        _pieces = pieces;
        _progress = progress;
        _cancellation = cancellation;
        ulong end = 0;
        int bytes = 0;
        for (int index = 0; index < pieces.Count; index++)
        {
            int length = WholeBlocks(pieces[index]);
            if (pieces[index].Block != end || bytes + length > PieceList.ChunkBytes || index == 0)
            {
                _chunks.Add(index);
                bytes = 0;
            }

            bytes += length;
            end = pieces[index].Block + (ulong)(length / blockSize);
        }
    }

    /// <summary>Writes everything.</summary>
    /// <param name="threads">Threads, at least one.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <errors>FsException: what a source or the device says; some was written then.</errors>
    internal void Write(int threads)
    {
        List<TaskHandle> others = [];
        for (int index = 1; index < Math.Min(threads, _chunks.Count); index++)
        {
            others.Add(Scheduler.Spawn("build writer", WriteChunks));
        }

        WriteChunks();
        others.ForEach(static other => other.Join());

        if (_failure is not null)
        {
            ExceptionDispatchInfo.Throw(_failure);
        }

        _cancellation.ThrowIfCancellationRequested();
    }

    private int WholeBlocks(in Piece piece) => (int)Bits.AlignUp(piece.Length, _blockSize);

    private void WriteChunks()
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(PieceList.ChunkBytes);
        while (!_cancellation.IsCancellationRequested && Volatile.Read(ref _failure) is null)
        {
            int chunk = Interlocked.Increment(ref _next) - 1;
            if (chunk >= _chunks.Count)
            {
                return;
            }

            try
            {
                WriteChunk(chunk, buffer);
            }
            catch (Exception exception) when (IsNoted(exception))
            {
                return;
            }
        }
    }

    // The first one counts and is thrown when all threads have ended.
    private bool IsNoted(Exception exception)
    {
        _ = Interlocked.CompareExchange(ref _failure, exception, null);
        return true;
    }

    private void WriteChunk(int chunk, byte[] buffer)
    {
        int first = _chunks[chunk];
        int end = chunk + 1 < _chunks.Count ? _chunks[chunk + 1] : _pieces.Count;
        int used = 0;
        long bytes = 0;
        for (int index = first; index < end; index++)
        {
            Piece piece = _pieces[index];
            int whole = WholeBlocks(piece);
            Span<byte> target = buffer.AsSpan(used, whole);
            piece.Source.Read(piece.Position, target.Slice(0, piece.Length));
            target.Slice(piece.Length).Clear();
            used += whole;
            bytes += piece.Length;
        }

        _output.Write(_pieces[first].Block, buffer.AsSpan(0, used));
        _progress?.Invoke(Interlocked.Add(ref _doneBytes, bytes));
    }
}
