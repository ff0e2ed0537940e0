// The blocks of a plain volume: how often each is referenced, how many are reserved, and which were freed since
// the last commit.
//
// A block that was freed is not given out again before a commit has made the metadata durable that no longer
// name it (DESIGN 2,
// rule 3): a crash must not find it in two files.
// Locks: _latch guards everything.

using System.Collections.Generic;
using Faultline.Base;
using Faultline.Locking;

namespace Faultline.PlainDriver;

/// <summary>The allocator of a plain volume.</summary>
internal sealed class PlainSpace
{
    private readonly SpinLatch _latch = new(LockClasses.BufferHash.For("plain"));
    private readonly ushort[] _references;
    private readonly bool[] _isQuarantined;
    private List<long> _quarantine = [];
    private long _free;
    private long _reserved;
    private long _cursor;
    private readonly long _first;

    internal PlainSpace(long first, long blocks)
    {
        _first = first;
        _references = new ushort[blocks];
        _isQuarantined = new bool[blocks];
        _free = blocks - first;
        _cursor = first;
    }

    internal long Blocks => _references.Length - _first;

    /// <summary>Blocks that can still be reserved.</summary>
    internal long Available
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return _free - _reserved;
        }
    }

    /// <summary>Blocks used, reserved and quarantined ones not counted.</summary>
    internal long Used
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return Blocks - _free - _quarantine.Count;
        }
    }

    internal bool HasQuarantine
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return _quarantine.Count > 0;
        }
    }

    internal long Reserved
    {
        get
        {
            using SpinGuard guard = _latch.Acquire();
            return _reserved;
        }
    }

    /// <summary>The next allocation takes the first free block: what was freed last is reused at once.</summary>
    internal void Rewind()
    {
        using SpinGuard guard = _latch.Acquire();
        _cursor = _first;
    }

    /// <summary>Reserves up to a number of blocks; answers how many.</summary>
    internal long Reserve(long count)
    {
        using SpinGuard guard = _latch.Acquire();
        long granted = long.Clamp(_free - _reserved, 0, count);
        _reserved += granted;
        return granted;
    }

    internal void Release(long count)
    {
        using SpinGuard guard = _latch.Acquire();
        _reserved -= count;
        Check.That(_reserved >= 0);
    }

    /// <summary>Gives out one run, from the reservation or beside it; 0 when there is nothing beside it.</summary>
    internal long Allocate(long wanted, bool fromReservation, out long disk)
    {
        using SpinGuard guard = _latch.Acquire();
        disk = 0;
        long limit = fromReservation ? wanted : long.Min(wanted, _free - _reserved);
        if (limit <= 0)
        {
            return 0;
        }

        long start = FindFree();
        long count = 0;
        while (count < limit && start + count < _references.Length && IsFree(start + count))
        {
            _references[start + count] = 1;
            count++;
        }

        _free -= count;
        _reserved -= fromReservation ? count : 0;
        Check.That(_reserved >= 0);
        _cursor = start + count;
        disk = start;
        return count;
    }

    /// <summary>Another file refers to blocks that are in use.</summary>
    internal void Share(long disk, long count)
    {
        using SpinGuard guard = _latch.Acquire();
        for (long block = disk; block < disk + count; block++)
        {
            Check.That(_references[block] > 0);
            _references[block]++;
        }
    }

    internal bool IsShared(long disk)
    {
        using SpinGuard guard = _latch.Acquire();
        return _references[disk] > 1;
    }

    /// <summary>Gives blocks back that durable metadata may still name: they wait for the next commit.</summary>
    internal void Free(long disk, long count)
    {
        using SpinGuard guard = _latch.Acquire();
        for (long block = disk; block < disk + count; block++)
        {
            Check.That(_references[block] > 0);
            _references[block]--;
            if (_references[block] == 0)
            {
                _isQuarantined[block] = true;
                _quarantine.Add(block);
            }
        }
    }

    /// <summary>Gives blocks back that no metadata ever named, perhaps to the reservation they came from.</summary>
    internal void Unallocate(long disk, long count, bool toReservation)
    {
        using SpinGuard guard = _latch.Acquire();
        for (long block = disk; block < disk + count; block++)
        {
            Check.That(_references[block] == 1);
            _references[block] = 0;
        }

        _free += count;
        _reserved += toReservation ? count : 0;
    }

    /// <summary>A commit begins: what was freed until now becomes free when it is durable.</summary>
    internal List<long> TakeQuarantine()
    {
        using SpinGuard guard = _latch.Acquire();
        List<long> taken = _quarantine;
        _quarantine = [];
        return taken;
    }

    /// <summary>The commit did not become durable.</summary>
    internal void ReturnQuarantine(List<long> taken)
    {
        using SpinGuard guard = _latch.Acquire();
        _quarantine.AddRange(taken);
    }

    /// <summary>The commit is durable.</summary>
    internal void ReleaseQuarantine(List<long> taken)
    {
        using SpinGuard guard = _latch.Acquire();
        foreach (long block in taken)
        {
            _isQuarantined[block] = false;
        }

        _free += taken.Count;
    }

    /// <summary>Mounting: metadata name a block.</summary>
    internal bool TryClaim(long disk, long count)
    {
        using SpinGuard guard = _latch.Acquire();
        if (disk < _first || disk + count > _references.Length)
        {
            return false;
        }

        for (long block = disk; block < disk + count; block++)
        {
            _free -= _references[block] == 0 ? 1 : 0;
            _references[block]++;
        }

        return true;
    }

    private bool IsFree(long block) => _references[block] == 0 && !_isQuarantined[block];

    private long FindFree()
    {
        for (long step = 0; step < _references.Length; step++)
        {
            long block = _cursor + step;
            block = block >= _references.Length ? block - _references.Length + _first : block;
            if (block < _references.Length && block >= _first && IsFree(block))
            {
                return block;
            }
        }

        throw new CheckFailedException("a reserved block is not there");
    }
}
