// The innermost lock of this room: guards the waiter list inside a primitive. Held for a few dozen
// instructions, with no call out of the room, no allocation and no scheduling point, so it is
// invisible to the validator and never contended under the controlled scheduler. Enter is one
// interlocked operation; Exit is a release store.

using System.Runtime.CompilerServices;
using System.Threading;

namespace Faultline.Locking;

/// <summary>A spin gate of one word.</summary>
internal struct Gate
{
    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.Exchange(ref _held, 1) != 0)
        {
            EnterContended();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        SpinWait spinner = default;
        do
        {
            while (Volatile.Read(ref _held) != 0)
            {
                spinner.SpinOnce(sleep1Threshold: 40);
            }
        }
        while (Interlocked.Exchange(ref _held, 1) != 0);
    }
}
