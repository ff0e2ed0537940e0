// A FIFO list of waiters, linked through the waiters themselves. Guarded by the gate of whoever
// owns it.

namespace Faultline.Locking;

/// <summary>An intrusive queue.</summary>
internal struct WaiterList
{
    public Waiter? Head { get; private set; }

    private Waiter? _tail;

    public readonly bool IsEmpty => Head is null;

    public void Append(Waiter waiter)
    {
        waiter.Next = null;
        waiter.Previous = _tail;
        if (_tail is null)
        {
            Head = waiter;
        }
        else
        {
            _tail.Next = waiter;
        }

        _tail = waiter;
    }

    public void Remove(Waiter waiter)
    {
        if (waiter.Previous is null)
        {
            Head = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _tail = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
    }

    public readonly bool Contains(Waiter waiter)
    {
        for (Waiter? each = Head; each is not null; each = each.Next)
        {
            if (ReferenceEquals(each, waiter))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes the whole list, leaving it empty.</summary>
    public Waiter? TakeAll()
    {
        Waiter? head = Head;
        Head = null;
        _tail = null;
        return head;
    }
}
