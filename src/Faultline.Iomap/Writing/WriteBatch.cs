// Transfers that a writeback pass has collected and not sent yet. Collected under folio locks, sent under none.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.PageCache;
using Faultline.PageCache.Writing;

namespace Faultline.Iomap.Writing;

/// <summary>Collects transfers of one file.</summary>
/// <param name="file">The file.</param>
internal sealed class WriteBatch(IIomapFile file)
{
    private readonly List<WriteTransfer> _ready = [];
    private readonly List<Folio> _owned = []; // referenced, or a folio's object could begin another life here
    private WriteTransfer? _open;

    /// <summary>Whether enough is collected to send it.</summary>
    internal bool IsFull => _ready.Count > 0;

    /// <summary>Whether some piece of a folio was collected here since everything was sent last.</summary>
    internal bool Owns(Folio folio) => _owned.Contains(folio);

    /// <summary>Adds dirty bytes that were taken from a folio. Caller: folio lock.</summary>
    internal void Add(long position, long address, bool changesMap, in WritePiece piece)
    {
        if (_owned.Count == 0 || !ReferenceEquals(_owned[^1], piece.Folio))
        {
            Check.That(piece.Folio.TryGet());
            _owned.Add(piece.Folio);
        }

        if (_open is not null && _open.TryAdd(position, address, changesMap, piece))
        {
            return;
        }

        if (_open is not null)
        {
            _ready.Add(_open);
        }

        _open = WriteTransfer.Begin(file, position, address, changesMap);
        _ = _open.TryAdd(position, address, changesMap, piece);
    }

    /// <summary>Sends what is complete. Caller: no folio lock.</summary>
    internal void SendReady(WritebackDomain domain)
    {
        foreach (WriteTransfer transfer in _ready)
        {
            transfer.Send(domain, this);
        }

        _ready.Clear();
    }

    /// <summary>Sends everything. Caller: no folio lock.</summary>
    internal void SendAll(WritebackDomain domain)
    {
        if (_open is not null)
        {
            _ready.Add(_open);
            _open = null;
        }

        SendReady(domain);
        foreach (Folio folio in _owned)
        {
            folio.Put();
        }

        _owned.Clear();
    }
}
