// A list of entries, linked through the entries themselves. Guarded by the gate of its lock.

namespace Faultline.Locking.Ranges;

/// <summary>An intrusive list; an entry is in at most one.</summary>
internal struct RangeEntryList
{
    private RangeEntry? _last;

    public RangeEntry? First { get; private set; }

    public void Append(RangeEntry entry)
    {
        entry.Next = null;
        entry.Previous = _last;
        if (_last is null)
        {
            First = entry;
        }
        else
        {
            _last.Next = entry;
        }

        _last = entry;
    }

    public void Remove(RangeEntry entry)
    {
        if (entry.Previous is null)
        {
            First = entry.Next;
        }
        else
        {
            entry.Previous.Next = entry.Next;
        }

        if (entry.Next is null)
        {
            _last = entry.Previous;
        }
        else
        {
            entry.Next.Previous = entry.Previous;
        }

        entry.Next = null;
        entry.Previous = null;
    }
}
