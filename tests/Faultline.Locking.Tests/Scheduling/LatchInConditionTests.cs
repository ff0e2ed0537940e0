// Goal: the condition of a wait may take a latch that another task holds, and no wake-up is lost by it.

using Faultline.Locking.Scheduling;
using Faultline.Locking.Validation;

namespace Faultline.Locking.Tests.Scheduling;

public sealed class LatchInConditionTests
{
    private readonly SpinLatch _outer = new(LockClasses.JournalState.Key);
    private readonly SpinLatch _inner = new(LockClasses.BufferHash.Key);
    private readonly WaitQueue _queue = new("test: the last number");
    private int _number; // guarded by _outer

    [Fact]
    public void NoWakeUpIsLost()
    {
        LockValidator validator = new();
        using ValidatorScope scope = validator.Use();
        for (ulong seed = 0; seed < 300; seed++)
        {
            _number = 0;
            new ControlledScheduler(new SeededRandomStrategy(seed)).Run(
                ("waiter", () => _queue.WaitUntil(this, static self => self.Read() == 6)),
                ("one", Count),
                ("two", Count));
        }
    }

    private void Count()
    {
        for (int round = 0; round < 3; round++)
        {
            using (_outer.Acquire())
            {
                using (_inner.Acquire()) // a switch inside the outer latch
                {
                    _number++;
                }
            }

            _queue.WakeAll();
        }
    }

    private int Read()
    {
        using (_outer.Acquire())
        {
            return _number;
        }
    }
}
